//! Installs the oracle of dashboards, the types of Grafana's foundation SDK, and the compiler that reads them.

use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::real;

/// The packages. A folder with other packages is replaced.
const PACKAGES: [&str; 2] = ["@grafana/grafana-foundation-sdk@0.0.21", "typescript@7.0.2"];

/// The folder with the packages in `node_modules`.
pub(crate) fn grafana_sdk() -> Result<PathBuf, Failure> {
    let folder = real().join("grafana");
    let complete = folder.join("complete");
    let wanted = PACKAGES.join("\n");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    eprintln!("installing {} …", PACKAGES.join(" and "));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context(folder.display())?;
    }
    std::fs::create_dir_all(&folder).context(folder.display())?;
    // Without it, npm installs into the nearest folder above that has one.
    std::fs::write(folder.join("package.json"), "{ \"private\": true }\n").context("writing package.json")?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--save-exact"]).args(PACKAGES).current_dir(&folder);
    let output = npm.output().context("npm")?;
    if !output.status.success() {
        let printed = [&output.stdout[..], &output.stderr].concat();
        return Err(format!("npm could not install:\n{}", String::from_utf8_lossy(&printed)).into());
    }
    std::fs::write(&complete, wanted).context(complete.display())?;
    Ok(folder)
}
