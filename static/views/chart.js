// A curve whose values can be read by touch, pointer and keyboard: a slider over its points.
const TICKS = 3;

// A step of 1, 2 or 5 times a power of ten, so that about TICKS of them reach the highest value.
function niceStep(highest) {
  const rough = Math.max(highest / TICKS, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
}

// `points` are {date, value}, and a value may be missing. `name` says to screen readers what the curve shows. `picked`
// is the index of the shown point, and `pick` is told when the person moves to another.
function chart({ points, name, height, picked, pick, describe, dateOf }) {
  const width = Math.max(main.clientWidth, 200);
  const highest = Math.max(...points.map(({ value }) => value ?? 0), 0);
  const step = niceStep(highest);
  const ticks = Array.from({ length: Math.max(Math.ceil(highest / step), 1) + 1 }, (_, index) => index * step);
  const labels = ticks.map(compact);
  const left = 10 + 7 * Math.max(...labels.map(({ length }) => length));
  const [top, right, bottom] = [8, 6, 22];
  const room = { width: width - left - right, height: height - top - bottom };
  const x = (index) => left + (points.length > 1 ? (index / (points.length - 1)) * room.width : room.width / 2);
  const y = (value) => top + room.height * (1 - value / ticks.at(-1));

  const grid = ticks.map((tick, index) => [
    svg("line.grid", { x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
    svg("text", { x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, labels[index]),
  ]);
  // Dates at equal distances, counted from the last one, so that it has one.
  const last = points.length - 1;
  const apart = Math.max(Math.floor(last / (width < 480 ? 2 : 4)), 1);
  const dates = points.map((point, index) => {
    if ((last - index) % apart) return null;
    const anchor = last === 0 ? "middle" : ({ 0: "start", [last]: "end" }[index] ?? "middle");
    return svg(
      "text",
      { x: anchor === "end" ? width - right : x(index), y: height - 4, "text-anchor": anchor },
      dateOf(point),
    );
  });

  const marker = svg("line.marker", { y1: top, y2: top + room.height });
  const dot = svg("circle.dot", { r: 4.5 });
  const drawing = svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    grid,
    dates,
    curves(points, x, y),
    marker,
    dot,
  );
  const slider = el(
    "div.chart",
    {
      ...{ role: "slider", tabindex: "0", "data-key": "chart", "aria-label": name },
      ...{ "aria-valuemin": 0, "aria-valuemax": last, "aria-orientation": "horizontal" },
    },
    drawing,
  );

  let at = picked;
  const move = (index) => {
    at = Math.min(Math.max(index, 0), points.length - 1);
    const { value } = points[at];
    slider.setAttribute("aria-valuenow", at);
    slider.setAttribute("aria-valuetext", describe(points[at]));
    for (const end of ["x1", "x2"]) marker.setAttribute(end, x(at));
    dot.setAttribute("cx", x(at));
    dot.setAttribute("cy", y(value ?? 0));
    dot.setAttribute("visibility", isNumber(value) ? "visible" : "hidden");
    pick(at);
  };
  const point = ({ clientX }) => {
    const place = (clientX - slider.getBoundingClientRect().left - left) / Math.max(room.width, 1);
    move(Math.round(place * (points.length - 1)));
  };
  slider.addEventListener("pointermove", point);
  slider.addEventListener("pointerdown", point);
  slider.addEventListener("keydown", (event) => {
    const far = Math.max(Math.round(points.length / 10), 2);
    const steps = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -far,
      PageUp: far,
      Home: -Infinity,
      End: Infinity,
    };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    move(at + steps[event.key]);
  });
  move(at);
  return slider;
}

// The curve with its ground, in pieces where values are missing; a lone point is a dot.
function curves(points, x, y) {
  const pieces = [[]];
  points.forEach(({ value }, index) => {
    if (isNumber(value)) pieces.at(-1).push([x(index).toFixed(1), y(value).toFixed(1)]);
    else if (pieces.at(-1).length) pieces.push([]);
  });
  return pieces
    .filter(({ length }) => length)
    .map((piece) => {
      if (piece.length === 1) return svg("circle.lone", { cx: piece[0][0], cy: piece[0][1], r: 2.5 });
      const line = piece.map((place) => place.join(",")).join(" L");
      return [
        svg("path.area", { d: `M${piece[0][0]},${y(0)} L${line} L${piece.at(-1)[0]},${y(0)} Z` }),
        svg("path.curve", { d: `M${line}` }),
      ];
    });
}
