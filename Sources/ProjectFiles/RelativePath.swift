// Paths: which can be one of a project's files, and their parts.

/// Why a path cannot be the path of a file in a project.
public enum PathProblem: Sendable, Hashable {
    /// Nothing before, after or between slashes.
    case emptySegment
    /// A `.` or `..`.
    case leaves
    /// A name of more than 255 bytes.
    case tooLong
    /// A name that only git or pa-new itself may use.
    case reserved
    /// A character that no name should have.
    case controlCharacter
    /// Another file or folder has that name, if only in another case.
    case taken(by: String)
}

/// Returns what keeps a path from being one of a project's files.
///
/// - Parameter path: The path below the project's folder.
/// - Returns: What is wrong with it, or nil.
package func pathProblem(_ path: String) -> PathProblem? {
    for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
        if let problem = problem(withName: segment) { return problem }
        // Git runs what lies in .git/hooks. Some file systems take other names for this one, too.
        let name = segment.lowercased()
        if name == ".git" || name == "git~1" || name == stagingFolder { return .reserved }
    }
    return nil
}

/// Returns what keeps a name from being one of a file or folder.
private func problem(withName name: Substring) -> PathProblem? {
    if name.isEmpty { return .emptySegment }
    if name == "." || name == ".." { return .leaves }
    if name.utf8.count > 255 { return .tooLong }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        return .controlCharacter
    }
    return nil
}

/// Returns the folders above a path, the outermost first.
///
/// - Parameter path: The path below a folder.
/// - Returns: The paths of the folders; none for a file at the top.
package func parents(of path: String) -> [String] {
    path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
}

/// Returns the folder that holds a path, and the name in it.
///
/// - Parameter path: The path, absolute or from the current folder.
/// - Returns: The folder, `.` for a name alone; and the last name.
package func splitPath(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let parent = path[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
}
