// Paths: which are allowed for files of a project, and their parts.

/// Why a path cannot be the path of a file in a project.
public enum PathProblem: Sendable, Hashable {
    /// An empty part: a slash at the start or end, or two in a row.
    case emptySegment
    /// A part that is `.` or `..`.
    case leaves
    /// A name of more than 255 bytes.
    case tooLong
    /// A name that only git or pa-new itself may use.
    case reserved
    /// A control character.
    case controlCharacter
    /// The path of another file or folder, perhaps in another case.
    case taken(by: String)
}

/// Returns why a path is not allowed for a file of a project.
///
/// - Parameter path: The path below the project's folder.
/// - Returns: The problem, or nil if the path is allowed.
package func pathProblem(_ path: String) -> PathProblem? {
    for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
        if let problem = problem(withName: segment) { return problem }
        // Git runs the hooks in .git/hooks. Some file systems treat other names as the same name.
        let name = segment.lowercased()
        if name == ".git" || name == "git~1" || name == stagingFolder { return .reserved }
    }
    return nil
}

/// Returns why a name is not allowed for a file or folder.
private func problem(withName name: Substring) -> PathProblem? {
    if name.isEmpty { return .emptySegment }
    if name == "." || name == ".." { return .leaves }
    if name.utf8.count > 255 { return .tooLong }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        return .controlCharacter
    }
    return nil
}

/// Returns the folders above a path, outermost first.
///
/// - Parameter path: The path below a folder.
/// - Returns: The paths of the folders; empty for a file at the top.
package func parents(of path: String) -> [String] {
    path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
}

/// Splits a path into the folder that contains it and its last name.
///
/// - Parameter path: The path, absolute or relative to the current folder.
/// - Returns: The folder, `.` if there is none; and the last name.
package func splitPath(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let parent = path[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
}
