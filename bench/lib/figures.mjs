// What is kept of a measurement.

/** Rates, times in microseconds, and the length of a body, which is that of the checked answers if there were some. */
export function figures(result, bytes, cpu) {
  const perSecond = (value) => (value / result.microseconds) * 1e6;
  return {
    perSecond: perSecond(result.requests),
    p50: result.p50,
    p99: result.p99,
    bytes: bytes ?? result.bytes / result.requests,
    bytesPerSecond: perSecond(result.bytes),
    ...(cpu === undefined ? {} : { cpu: cpu / result.requests }),
  };
}
