//! Which crate of the workspace may depend on which.
//!
//! Owns: the map, as rules over what `cargo metadata` says.
//!
//! ```text
//! protocol ◄─┬─ client-wasm
//!            ├─ client-native
//!            └─ server ◄── examples ◄── gallery
//!                 tests: on all of them; xtask: on none
//! ```

use std::error::Error;

use serde_json::Value;

use crate::project::Project;

/// Every dependency that the map does not allow, as a sentence.
///
/// # Errors
///
/// cargo could not tell what depends on what.
pub(super) fn findings(project: &Project) -> Result<Vec<String>, Box<dyn Error>> {
    let args = ["metadata", "--format-version", "1", "--no-deps"];
    let output = project.command("cargo", args).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(forbidden(&packages(&serde_json::from_slice(&output.stdout)?)))
}

/// What this module needs to know of a workspace member.
struct Package<'a> {
    name: &'a str,
    dependencies: Vec<Dependency<'a>>,
    /// Lives in the `examples` folder.
    is_example: bool,
}

struct Dependency<'a> {
    name: &'a str,
    /// Used by its tests only, so never part of what ships.
    is_dev: bool,
}

fn packages(metadata: &Value) -> Vec<Package<'_>> {
    list(metadata, "packages").iter().map(package).collect()
}

fn package(package: &Value) -> Package<'_> {
    let dependencies = list(package, "dependencies").iter();
    Package {
        name: text(package, "name"),
        dependencies: dependencies
            .map(|dependency| Dependency {
                name: text(dependency, "name"),
                is_dev: text(dependency, "kind") == "dev",
            })
            .collect(),
        is_example: text(package, "manifest_path").contains("/examples/"),
    }
}

fn list<'a>(object: &'a Value, field: &str) -> &'a [Value] {
    object[field].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_default()
}

fn forbidden(packages: &[Package<'_>]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        for dependency in &package.dependencies {
            let target = packages.iter().find(|other| other.name == dependency.name);
            let allowed = match target {
                Some(target) => points_down(package, target, dependency),
                None => may_be_foreign(package, dependency),
            };
            if !allowed {
                findings.push(format!("{} must not depend on {}", package.name, dependency.name));
            }
        }
    }
    findings
}

/// The arrows of the map, tests' own dependencies included.
fn points_down(from: &Package<'_>, to: &Package<'_>, dependency: &Dependency<'_>) -> bool {
    match from.name {
        "staywire-server" | "staywire-client-wasm" => to.name == "staywire-protocol",
        // Its tests speak to the real server.
        "staywire-client-native" => {
            to.name == "staywire-protocol" || (to.name == "staywire-server" && dependency.is_dev)
        }
        "staywire-gallery" => to.name == "staywire-server" || to.is_example,
        "staywire-tests" => to.name != "xtask",
        _ => from.is_example && matches!(to.name, "staywire-server" | "demo-pages" | "demo-wire"),
    }
}

/// The protocol ships nothing foreign, so no clock, socket, runtime or dice can come in.
fn may_be_foreign(from: &Package<'_>, dependency: &Dependency<'_>) -> bool {
    from.name != "staywire-protocol" || dependency.is_dev
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The findings for one package that has one dependency, beside all others of the workspace.
    fn check(folder: &str, name: &str, dependency: &str, kind: Option<&str>) -> Vec<String> {
        let member = |folder: &str, name: &str, dependencies: Value| {
            json!({
                "name": name,
                "manifest_path": format!("/project/{folder}/Cargo.toml"),
                "dependencies": dependencies,
            })
        };
        let metadata = json!({ "packages": [
            member(folder, name, json!([{ "name": dependency, "kind": kind }])),
            member("protocol", "staywire-protocol", json!([])),
            member("server", "staywire-server", json!([])),
            member("examples/pages", "demo-pages", json!([])),
            member("examples/s1-tephra", "s1-tephra", json!([])),
            member("tests", "staywire-tests", json!([])),
            member("xtask", "xtask", json!([])),
        ]});
        forbidden(&packages(&metadata))
    }

    fn is_allowed(folder: &str, name: &str, dependency: &str) -> bool {
        check(folder, name, dependency, None).is_empty()
    }

    #[test]
    fn the_arrows_of_the_map_are_allowed() {
        assert!(is_allowed("server", "staywire-server", "staywire-protocol"));
        assert!(is_allowed("client-wasm", "staywire-client-wasm", "staywire-protocol"));
        assert!(is_allowed("client-native", "staywire-client-native", "staywire-protocol"));
        assert!(check("client-native", "staywire-client-native", "staywire-server", Some("dev")).is_empty());
        assert!(is_allowed("examples/s2-html5", "s2-html5", "staywire-server"));
        assert!(is_allowed("examples/s2-html5", "s2-html5", "demo-pages"));
        assert!(is_allowed("examples/gallery", "staywire-gallery", "s1-tephra"));
        assert!(is_allowed("tests", "staywire-tests", "s1-tephra"));
    }

    #[test]
    fn arrows_against_the_flow_are_named() {
        assert_eq!(
            check("protocol", "staywire-protocol", "staywire-server", Some("dev")),
            ["staywire-protocol must not depend on staywire-server"]
        );
        assert!(!is_allowed("server", "staywire-server", "s1-tephra"));
        assert!(!is_allowed("client-native", "staywire-client-native", "staywire-server"));
        assert!(!is_allowed("examples/s2-html5", "s2-html5", "s1-tephra"));
        assert!(!is_allowed("examples/gallery", "staywire-gallery", "staywire-tests"));
        assert!(!is_allowed("tests", "staywire-tests", "xtask"));
        assert!(!is_allowed("xtask", "xtask", "staywire-protocol"));
        assert!(!is_allowed("new", "newcomer", "staywire-protocol"));
    }

    #[test]
    fn the_protocol_has_foreign_crates_in_its_tests_only() {
        assert!(!is_allowed("protocol", "staywire-protocol", "rand"));
        assert!(check("protocol", "staywire-protocol", "proptest", Some("dev")).is_empty());
        assert!(is_allowed("server", "staywire-server", "tokio"));
    }
}
