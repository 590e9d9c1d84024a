// The Python parts of pa-new: packages inside this program that need the standard library only.

import ProjectFiles
import Scaffold

/// A Python package inside this program.
struct EmbeddedPackage: Sendable {
    /// The name of its folder in the user's cache.
    ///
    /// All of `HostPython/`, because the two programs share modules.
    let name = "host-python"
    /// The module whose `main` function receives the arguments.
    let module: String
    /// A name for exactly these files, so that each version of this program has its own folder.
    let fingerprint = paNewVersion + "-" + embeddedHostPython.digest

    /// Its files, with paths below the folder on Python's path; they are unpacked now.
    var files: [ProjectFile] { embeddedHostPython.files }
    /// The paths of its files.
    var paths: [String] { embeddedHostPython.paths }

    /// Reads projects and loads apps: `HostPython/pa_new_check/`.
    static let checker = EmbeddedPackage(module: "pa_new_check.main")
    /// Deploys projects to PythonAnywhere: `HostPython/pa_new_deploy/`.
    static let deployer = EmbeddedPackage(module: "pa_new_deploy.main")
}
