// Where the data of the public Mustache specification is.

import Foundation

/// The data of the public Mustache specification.
///
/// It lies in the folder that `MUSTACHE_SPEC` names, or in `../shared/mustache-spec`. Without data the
/// tests are skipped, but not where `CI` is true.
public enum MustacheSpecification {
    /// The folder.
    public static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["MUSTACHE_SPEC"] {
            return URL(fileURLWithPath: path)
        }
        return Paths.package.appending(path: "../shared/mustache-spec").standardizedFileURL
    }()

    /// The need for it.
    public static let need = Need(
        "no Mustache specification in \(folder.path); set MUSTACHE_SPEC to its folder"
    ) { FileManager.default.fileExists(atPath: folder.appending(path: "partials.json").path) }
}
