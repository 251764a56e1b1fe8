/** Pictures that came as bytes: where the page finds them until the widget closes. */

/** `of(buffer)` is the address of a picture, "" where none came (it was deleted in time); `close()` lets go of all. */
export function pictureUrls() {
  const urls = [];
  function of(buffer) {
    if (!buffer?.byteLength) return "";
    urls.push(URL.createObjectURL(new Blob([buffer])));
    return urls.at(-1);
  }
  return { of, close: () => urls.forEach((url) => URL.revokeObjectURL(url)) };
}

/** The pictures of a pair message: `faces` and `references` with their words, and the addresses of `candidates`. */
export function pairOf(message, buffers, urls, where) {
  const [faces, rest] = [message.faces.length, message.faces.length + message.references];
  const face = ({ px }, k) => ({ url: urls.of(buffers[k]), words: `face ${k + 1} ${where}`, under: `${px} px wide` });
  const reference = (buffer, k) => ({ url: urls.of(buffer), words: `reference ${k + 1}` });
  return { faces: message.faces.map(face), references: buffers.slice(faces, rest).map(reference), candidates: buffers.slice(rest).map(urls.of) };
}
