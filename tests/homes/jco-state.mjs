// For `jco serve --jco-import`: gives the component the directory HOST_STATE_DIR as /state, and nothing else of the disk.
import { _setPreopens } from "@bytecodealliance/preview2-shim/filesystem";

_setPreopens({ "/state": process.env.HOST_STATE_DIR });
