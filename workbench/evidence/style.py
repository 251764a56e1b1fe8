"""How a report looks on screen and on paper: one column, black on white, no colour that carries meaning."""

__all__ = ["CSS", "POLICY"]

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

CSS = """
@page{size:A4;margin:18mm 16mm}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#111;font:15px/1.5 system-ui,"Liberation Sans",sans-serif}
main{max-width:820px;margin:auto;padding:28px 20px 60px}
h1{font-size:26px;line-height:1.2;margin:2px 0 6px}h2{font-size:20px;line-height:1.25;margin:38px 0 8px;break-after:avoid}
h3{font-size:15px;margin:22px 0 4px;break-after:avoid}
p,li{max-width:74ch;overflow-wrap:anywhere}p{margin:6px 0}ul{margin:6px 0;padding-left:20px}
.soft{color:#555}.lead{font-size:17px}
.box{border:1.5px solid #111;border-radius:6px;padding:10px 14px;margin:16px 0;break-inside:avoid}
.box p{max-width:none}
figure{margin:12px 0;break-inside:avoid}figure img{max-width:100%;display:block;border:1px solid #999}
figcaption{font-size:13px;color:#444;margin-top:4px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums;margin:4px 0 10px}
th,td{text-align:left;vertical-align:top;padding:5px 14px 5px 0;border-bottom:1px solid #ccc}td.long{overflow-wrap:anywhere}
th{font-weight:600;font-size:13px}tbody th{font-weight:400;font-size:14px}:is(td,th):first-child{min-width:11em}tr{break-inside:avoid}
table.wide :is(td,th):first-child{min-width:0}.scroll{overflow-x:auto}
@media screen and (max-width:600px){table:not(.wide) :is(td,tbody th){overflow-wrap:anywhere}:is(td,th):first-child{min-width:7em}table.wide{min-width:540px}}
section.alert{border-top:2.5px solid #111;margin-top:44px}
section.alert>h2{margin-top:14px}
nav ol{padding-left:20px;margin:4px 0}
code{font:13px ui-monospace,"Liberation Mono",monospace}
a{color:inherit}
@media print{main{max-width:none;padding:0}.scroll{overflow:visible}section.alert{break-before:page}body{font-size:10.5pt}}
""".replace("\n", "")
