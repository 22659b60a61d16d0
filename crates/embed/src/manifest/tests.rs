use super::*;

fn parse(text: &str) -> Result<Manifest, String> {
    Manifest::parse(text, Path::new("dir")).map_err(|error| match error {
        ParseError::Toml(error) => error.to_string(),
        ParseError::Host(error) => error.to_string(),
    })
}

const HEAD: &str = "spin_manifest_version = 2\n[application]\nname = \"app\"\n";

fn error_of(rest: &str) -> String {
    parse(&format!("{HEAD}{rest}"))
        .err()
        .unwrap_or_else(|| "accepted".to_owned())
}

#[test]
fn manifest_has_public_private_and_static_routes() -> Result<(), String> {
    let manifest = parse(&format!(
        r#"#:schema https://schemas.spinframework.dev/spin/manifest-v2/latest.json
{HEAD}version = "0.1.0"
[variables]
token = {{ required = true, secret = true }}
base = {{ default = "x", description = "y" }}
[[trigger.http]]
route = "/..."
component = "a"
[[trigger.http]]
route = {{ private = true }}
component = "b"
[[trigger.http]]
id = "hello"
route = "/hello"
static_response = {{ status_code = 201, headers = {{ x = "y" }}, body = "hi" }}
[component.a]
source = "a.wasm"
key_value_stores = ["default"]
[component.a.build]
command = "cargo build"
[component.b]
source = "b.wasm"
"#
    ))?;
    assert_eq!(manifest.name, "app");
    assert_eq!(manifest.components[0].routes, ["/..."]);
    assert_eq!(manifest.components[1].routes, [""; 0]);
    assert_eq!(manifest.static_responses[0].0, "/hello");
    assert!(manifest.variables["token"].required);
    Ok(())
}

#[test]
fn unknown_key_is_an_error_that_names_it() {
    let message = error_of(
        "[[trigger.http]]\nroute = \"/\"\ncomponent = \"a\"\n[component.a]\nsource = \"a\"\nalow = 1\n",
    );
    assert!(message.contains("alow"), "{message}");
    let message = error_of("[[trigger.http]]\nroute = \"/\"\ncomponent = \"a\"\nroot = 1\n");
    assert!(message.contains("root"), "{message}");
}

#[test]
fn unsupported_key_is_an_error_that_names_it() {
    let component = "[trigger]\n[component.a]\nsource = \"a.wasm\"\n";
    assert_eq!(
        error_of(&format!("{component}files = [\"x\"]\n")),
        "component.a: `files` (include the files in the component) is not supported by this host"
    );
    assert_eq!(
        error_of(
            "[trigger]\n[component.a]\nsource = { url = \"https://a.test\", digest = \"sha256:1\" }\n"
        ),
        "component.a: a source that is not the path of a .wasm file is not supported by this host"
    );
    assert_eq!(
        error_of("[[trigger.redis]]\nchannel = \"x\"\n"),
        "trigger.redis: a trigger other than `http` is not supported by this host"
    );
}

#[test]
fn invalid_value_is_an_error_that_names_its_place() {
    assert_eq!(
        error_of("[[trigger.http]]\nroute = \"/\"\ncomponent = \"nope\"\n"),
        "trigger.http[0]: there is no component `nope`"
    );
    assert_eq!(
        error_of("[trigger]\n[variables]\na = {}\n"),
        "variables.a: needs `required = true` or a default"
    );
    assert_eq!(
        error_of("[trigger]\n[variables]\nA-b = { required = true }\n"),
        "variables.A-b: a name may contain only lower-case letters, digits and single underscores"
    );
}
