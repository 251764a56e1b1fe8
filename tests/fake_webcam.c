/* A webcam for tests, preloaded before the C library: FFmpeg's own V4L2 code opens it, agrees on YUYV 64x48 at 25 a second, maps
   its buffers and takes pictures whose brightness counts up. The file $WEBCAM_MOOD says what goes wrong: busy, denied, metadata, gone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WIDTH = 64, HEIGHT = 48, SIZE = WIDTH * HEIGHT * 2, BUFFERS = 8 };
static int camera = -1, queued[BUFFERS], first, waiting, sequence;
static unsigned char *memory[BUFFERS];

static int fails(int number) { errno = number; return -1; }

static int mood(const char *word) {
    char said[16] = "";
    FILE *file = fopen(getenv("WEBCAM_MOOD"), "r");
    if (file) { if (!fgets(said, sizeof said, file)) said[0] = 0; fclose(file); }
    return strcmp(said, word) == 0;
}

static int opened(const char *path) {
    if (strcmp(path, "/dev/video0")) return fails(ENOENT);
    if (mood("gone")) return fails(ENOENT);
    if (mood("denied")) return fails(EACCES);
    first = waiting = 0;
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    return camera = real("/dev/null", O_RDWR);
}

static int passed_on(const char *name, const char *path, int flags, va_list rest) {
    if (!strncmp(path, "/dev/video", 10)) return opened(path);
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
    return real(path, flags, flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0);
}

int open(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags);
    int found = passed_on("open", path, flags, rest);
    va_end(rest);
    return found;
}

int open64(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags);
    int found = passed_on("open64", path, flags, rest);
    va_end(rest);
    return found;
}

int close(int fd) {
    if (fd == camera) camera = -1;
    int (*real)(int) = dlsym(RTLD_NEXT, "close");
    return real(fd);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    void *(*real)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, "mmap");
    if (fd != camera || fd < 0) return real(at, size, protection, flags, fd, offset);
    return memory[offset / SIZE] = real(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return mmap(at, size, protection, flags, fd, offset);
}

static int picture(struct v4l2_buffer *buffer) {
    if (mood("gone")) return fails(ENODEV);
    usleep(40000);
    if (!waiting) return fails(EIO);
    buffer->index = queued[first];
    first = (first + 1) % BUFFERS, waiting--;
    for (int k = 0; k < SIZE; k++) memory[buffer->index][k] = k % 2 ? 128 : 16 + 2 * (sequence % 100);
    buffer->bytesused = SIZE, buffer->sequence = sequence++;
    buffer->timestamp.tv_sec = sequence / 25, buffer->timestamp.tv_usec = sequence % 25 * 40000;
    return 0;
}

static int format(struct v4l2_format *wanted) {
    if (mood("busy")) return fails(EBUSY);
    wanted->fmt.pix = (struct v4l2_pix_format){.width = WIDTH, .height = HEIGHT, .pixelformat = V4L2_PIX_FMT_YUYV,
                                               .field = V4L2_FIELD_NONE, .bytesperline = 2 * WIDTH, .sizeimage = SIZE};
    return 0;
}

static int asked(unsigned long request, void *argument) {
    struct v4l2_buffer *buffer = argument;
    struct v4l2_streamparm *rate = argument;
    switch (request) {
    case VIDIOC_QUERYCAP:
        ((struct v4l2_capability *)argument)->capabilities =
            (mood("metadata") ? V4L2_CAP_META_CAPTURE : V4L2_CAP_VIDEO_CAPTURE) | V4L2_CAP_STREAMING;
        return 0;
    case VIDIOC_G_INPUT: *(int *)argument = 0; return 0;
    case VIDIOC_ENUMINPUT: ((struct v4l2_input *)argument)->type = V4L2_INPUT_TYPE_CAMERA; return 0;
    case VIDIOC_ENUM_FMT:
        if (((struct v4l2_fmtdesc *)argument)->index) return fails(EINVAL);
        ((struct v4l2_fmtdesc *)argument)->pixelformat = V4L2_PIX_FMT_YUYV;
        return 0;
    case VIDIOC_G_FMT: case VIDIOC_S_FMT: return format(argument);
    case VIDIOC_G_PARM: case VIDIOC_S_PARM:
        rate->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
        rate->parm.capture.timeperframe = (struct v4l2_fract){1, 25};
        return 0;
    case VIDIOC_REQBUFS: ((struct v4l2_requestbuffers *)argument)->count = BUFFERS; return 0;
    case VIDIOC_QUERYBUF: buffer->length = SIZE, buffer->m.offset = buffer->index * SIZE; return 0;
    case VIDIOC_QBUF: queued[(first + waiting++) % BUFFERS] = buffer->index; return 0;
    case VIDIOC_DQBUF: return picture(buffer);
    case VIDIOC_STREAMON: case VIDIOC_STREAMOFF: return 0;
    }
    return fails(ENOTTY);
}

int ioctl(int fd, unsigned long request, ...) {
    va_list rest; va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return fd == camera && fd >= 0 ? asked(request & 0xffffffff, argument) : real(fd, request, argument);
}
