// The Python parts of pa-new: packages inside this program that need the standard library only.

import ProjectFiles
import Scaffold

/// A Python package inside this program.
struct EmbeddedPackage: Sendable {
    /// The name of its folder in the user's cache.
    let name: String
    /// The module whose `main` function receives the arguments.
    let module: String
    /// Its files, with paths below the folder on Python's path.
    let files: [ProjectFile]
    /// A name for exactly these files, so that each version of this program has its own folder.
    let fingerprint: String

    /// Reads projects and loads apps: `HostPython/pa_new_check/`.
    static let checker = EmbeddedPackage("pa_new_check.main")
    /// Deploys projects to PythonAnywhere: `HostPython/pa_new_deploy/`.
    static let deployer = EmbeddedPackage("pa_new_deploy.main")

    private init(_ module: String) {
        // All of `HostPython/`, because the two programs share modules.
        name = "host-python"
        self.module = module
        files = embeddedHostPython.map {
            ProjectFile(path: $0.path, contents: $0.contents.bytes, isExecutable: false)
        }
        // FNV-1a over paths and contents. It proves nothing, so the contents are compared as well.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for file in files {
            for byte in Array(file.path.utf8) + [0] + file.contents + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        fingerprint = paNewVersion + "-" + String(hash, radix: 16)
    }
}
