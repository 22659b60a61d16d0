// The manifest of an application that is the emulator alone.
import { component } from "./paths.mjs";

/**
 * @param {Record<string, string>} variables The declaration of each variable, such as `{ required = true }`.
 * @returns {string} The manifest, in TOML.
 */
export function emulatorManifest(variables) {
  const declared = Object.entries(variables).map(([name, declaration]) => `${name} = ${declaration}`);
  const passed = Object.keys(variables).map((name) => `${name} = "{{ ${name} }}"`);
  return `spin_manifest_version = 2

[application]
name = "emulator-alone"

[variables]
${declared.join("\n")}

[[trigger.http]]
route = "/..."
component = "emulator"

[component.emulator]
source = ${JSON.stringify(component("tokportal_emulator"))}
sqlite_databases = ["default"]

[component.emulator.variables]
${passed.join("\n")}
`;
}
