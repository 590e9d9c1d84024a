// Files of other projects that the templates carry as they are.

import Foundation

/// Files that are somebody else's, byte for byte: the rules for our own code do not apply to them.
public enum CopiedFiles {
    /// Their paths below `Templates/`, each with the script that fetches it.
    public static let scripts = [
        "bottle/bottle.py": "Scripts/fetch-bottle", "bottle/bottle.LICENSE": "Scripts/fetch-bottle",
    ]

    /// Whether a file of a framework's project is one of them.
    ///
    /// - Parameters:
    ///   - path: The path of the file in the project.
    ///   - framework: The framework's folder below `Templates/`.
    /// - Returns: Whether it is copied.
    public static func contain(_ path: String, of framework: String) -> Bool {
        scripts["\(framework)/\(path)"] != nil
    }
}
