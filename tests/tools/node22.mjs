// Prints the path of a Node.js of version 22.19 or newer.
import { node22 } from "./paths.mjs";

console.log(node22());
