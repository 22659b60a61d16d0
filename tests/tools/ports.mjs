// A port for programs that cannot choose a free one themselves.
import { createServer } from "node:net";

/** A port on the loopback address that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
