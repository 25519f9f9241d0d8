"""Tables of medians and ratios: as text, as a page, as a picture."""

import dataclasses
import datetime
import os
import pathlib
import platform
import statistics

import targets

LOWER_IS_BETTER = ("_us", "_ms", "us_per_request", "us_per_mb", "us_per_record", "kib_per_connection", "kib_per_partition", "_mib", "ns_per_record")


@dataclasses.dataclass
class Table:
    title: str
    results: dict  # column: [figures of each round]
    shown: list  # names of figures
    ratio_of: str  # the figure whose ratio to the control is shown
    control: str = "mini-broker"
    scale: tuple = ()  # where the columns are sizes of one thing: those sizes, for a picture

    def median(self, column, figure):
        values = [figures[figure] for figures in self.results[column] if figure in figures]
        return statistics.median(values) if values else None

    def ratios(self, column):
        """This column over the control, round by round."""
        pairs = zip(self.results[column], self.results.get(self.control, []))
        return [a[self.ratio_of] / b[self.ratio_of] for a, b in pairs if self.ratio_of in a and b.get(self.ratio_of)]


def number(value):
    if value is None:
        return ""
    if value >= 10000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def ratio_text(table, column):
    if column == table.control or table.control not in table.results:
        return ""
    ratios = table.ratios(column)
    if not ratios:
        return ""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def who_is_busy(table, column):
    client, broker = table.median(column, "client_cores"), table.median(column, "broker_cores")
    return "client-bound" if client and broker and client > 0.9 and broker < 0.8 else ""


def rows(table):
    head = ["", *table.shown, f"{table.ratio_of} / that of {table.control}", ""]
    body = []
    for column in table.results:
        figures = [number(table.median(column, figure)) for figure in table.shown]
        body.append([column, *figures, ratio_text(table, column), who_is_busy(table, column)])
    kept = [i for i in range(len(head)) if i <= len(table.shown) or any(row[i] for row in body)]  # no empty remarks
    return [head[i] for i in kept], [[row[i] for i in kept] for row in body]


def growth(table):
    """The worst step of a scale: how many times the figure grew for one time the size; above 1 is worse than linear."""
    values = [table.median(column, table.ratio_of) for column in table.results]
    steps = zip(zip(table.scale, values), zip(table.scale[1:], values[1:]))
    return max((b / a) / (y / x) for (x, a), (y, b) in steps)


def as_text(table):
    head, body = rows(table)
    widths = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in [head, *body]]
    return "\n".join([table.title, *lines])


def as_markdown(table):
    head, body = rows(table)
    lines = [f"### {table.title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in body]
    if table.scale:
        lines += ["", f"The worst step grows {growth(table):.2f} times as much as the size does.", "",
                  f"![{table.title}]({picture_of(table)})"]
    return "\n".join(lines) + "\n"


def picture_of(table):
    return "performance-" + "".join(c if c.isalnum() else "-" for c in table.title.split(",")[0].lower()) + ".svg"


def machine():
    model = next((l.partition(":")[2].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {memory:.0f} GiB, Linux {platform.release().partition('-')[0]}"


def write(path, tables, options):
    """The page and, beside it, the picture."""
    picture = path.with_suffix(".svg")
    page = pathlib.Path(__file__).with_name("page.md").read_text()
    page = page.replace("{date}", datetime.date.today().isoformat()).replace("{machine}", machine())
    page = page.replace("{rounds}", str(options.rounds)).replace("{seconds}", f"{options.seconds:g}")
    page = page.replace("{targets}", targets.as_markdown(tables))
    page = page.replace("{picture}", picture.name).replace("{tables}", "\n".join(map(as_markdown, tables)).rstrip())
    path.write_text(page)
    picture.write_text(bars(tables))
    for table in tables:
        if table.scale:
            path.with_name(picture_of(table)).write_text(curve(table))


def curve(table):
    """The figure over the size, both on logarithmic scales, beside the line of what is linear."""
    import math

    sizes, values = table.scale, [table.median(column, table.ratio_of) for column in table.results]
    left, bottom, width, height = 70, 250, 480, 200
    x_decades = max(1.0, math.log10(sizes[-1] / sizes[0]))
    low, high = min(values) / 2, max(max(values) * 2, min(values) * 20)
    x = lambda size: left + width * math.log10(size / sizes[0]) / x_decades  # noqa: E731
    y = lambda value: bottom - height * math.log10(value / low) / math.log10(high / low)  # noqa: E731
    points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, values))
    end = min(sizes[-1], sizes[0] * high / values[0])
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300" font-family="sans-serif" font-size="12">',
        f'<text x="{left}" y="20">{table.title}</text>',
        f'<text x="{left}" y="38" fill="#555">{table.ratio_of}; the dashed line is what linear growth would be</text>',
        f'<path d="M{left},{bottom - height}V{bottom}H{left + width}" fill="none" stroke="black"/>',
        f'<line x1="{x(sizes[0]):.1f}" y1="{y(values[0]):.1f}" x2="{x(end):.1f}" '
        f'y2="{y(values[0] * end / sizes[0]):.1f}" stroke="#999" stroke-dasharray="5 4"/>',
        f'<polyline points="{points}" fill="none" stroke="#2b8a3e" stroke-width="2"/>',
    ]
    for size, value in zip(sizes, values):
        out.append(f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="#2b8a3e"/>')
        out.append(f'<text x="{x(size):.1f}" y="{y(value) - 8:.1f}" text-anchor="middle">{number(value)}</text>')
        out.append(f'<text x="{x(size):.1f}" y="{bottom + 16}" text-anchor="middle">{size:,}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def bars(tables):
    """Every peer's main figure over mini-broker's, on a logarithmic scale; mini-broker stands at 1."""
    import math

    lines = []
    for table in tables:
        for column in table.results:
            ratios = table.ratios(column)
            if table.control != "mini-broker" or column == table.control or not ratios:
                continue
            better = statistics.median(ratios)
            if not table.ratio_of.endswith(LOWER_IS_BETTER):
                better = 1 / better
            lines.append((table.title, column, better))
    height, middle, unit = 26, 580, 90
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1060" height="{height * len(lines) + 50}" '
        'font-family="sans-serif" font-size="12">',
        '<text x="10" y="20">How many times better mini-broker is (right of the line) or worse (left), log scale</text>',
    ]
    for i, (title, column, better) in enumerate(lines):
        y = 35 + i * height
        length = math.log10(better) * unit
        x, width = (middle, length) if length >= 0 else (middle + length, -length)
        colour = "#2b8a3e" if better >= 1 else "#c92a2a"
        out.append(f'<text x="{middle - 8}" y="{y + 14}" text-anchor="end">{title[:60]} / {column}</text>')
        out.append(f'<rect x="{x:.1f}" y="{y + 3}" width="{max(width, 1):.1f}" height="15" fill="{colour}"/>')
        out.append(f'<text x="{middle + max(length, 0) + 6:.1f}" y="{y + 14}">{number(better)} x</text>')
    out.append(f'<line x1="{middle}" y1="30" x2="{middle}" y2="{height * len(lines) + 38}" stroke="black"/>')
    return "\n".join([*out, "</svg>"]) + "\n"
