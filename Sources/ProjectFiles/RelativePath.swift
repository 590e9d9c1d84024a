// Paths: which are allowed for files of a project, and their parts.

/// Why a path cannot be the path of a file in a project.
public enum PathProblem: Sendable, Hashable {
    /// An empty part: a slash at the start or end, or two in a row.
    case emptySegment
    /// A part that is `.` or `..`.
    case leaves
    /// A name of more than 255 bytes.
    case tooLong
    /// A path of more than ``maxPathBytes`` bytes.
    case pathTooLong
    /// A path of more than ``maxPathNames`` names.
    case tooDeep
    /// A name that only git or pa-new itself may use.
    case reserved
    /// A control character.
    case controlCharacter
    /// The path of another file or folder, perhaps in another case.
    case taken(by: String)
}

/// The maximum size of a path below a project's folder, in bytes: programs cannot open longer ones.
package let maxPathBytes = 4095
/// The maximum number of names in a path: each file is opened folder by folder.
package let maxPathNames = 100

/// Returns the names in a path, between its slashes.
///
/// A slash counts also before a combining mark, with which Swift takes it for one character: the system knows bytes.
///
/// - Parameter path: The path.
/// - Returns: The names; also the empty ones.
package func segments(of path: some StringProtocol) -> [Substring] {
    let path = Substring(path)
    let (bytes, slash) = (path.utf8, UInt8(ascii: "/"))
    return bytes.split(separator: slash, omittingEmptySubsequences: false).map { Substring($0) }
}

/// Returns why a path is not allowed for a file of a project.
///
/// - Parameter path: The path below the project's folder.
/// - Returns: The problem, or nil if the path is allowed.
package func pathProblem(_ path: String) -> PathProblem? {
    if path.utf8.count > maxPathBytes { return .pathTooLong }
    if isPlainPath(path) { return nil }
    let names = segments(of: path)
    if names.count > maxPathNames { return .tooDeep }
    for segment in names {
        if let problem = problem(withName: segment) { return problem }
        if isReserved(segment) { return .reserved }
    }
    return nil
}

/// Whether a path is allowed at first sight, as nearly all are: names in ASCII of which none can be a reserved one.
private func isPlainPath(_ path: String) -> Bool {
    var path = path
    return path.withUTF8 { bytes in
        var (names, start) = (1, 0)
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "/"):
                if place == start || place - start > 255 { return false }
                (names, start) = (names + 1, place + 1)
            case UInt8(ascii: "."), UInt8(ascii: "g"), UInt8(ascii: "G"):
                if place == start { return false }
            case UInt8(ascii: "\\"), 0..<0x20, 0x7F...: return false
            default: break
            }
        }
        return bytes.count > start && bytes.count - start <= 255 && names <= maxPathNames
    }
}

/// Whether a name is, on some system, that of a repository or of the staging folder.
///
/// Git runs the hooks in `.git/hooks`, and refuses the same names (`verify_path` in its `read-cache.c`).
private func isReserved(_ segment: Substring) -> Bool {
    let lowest = UInt8(ascii: "~")
    // Nearly every name: no system takes it for another one.
    if segment.utf8.first.map({ $0 != UInt8(ascii: ".") && $0 | 0x20 != UInt8(ascii: "g") })
        ?? true,
        segment.utf8.allSatisfy({ $0 <= lowest && $0 != UInt8(ascii: "\\") })
    {
        return false
    }
    // For Windows, a backslash is a slash, and what follows a colon is a part of the file.
    return foldedName(String(segment)).unicodeScalars.split(separator: "\\").contains { part in
        var name = part.prefix { $0 != ":" }
        // Windows does not keep dots and spaces at the end.
        while name.count > 1, let last = name.last, last == "." || last == " " { name.removeLast() }
        return [".git", "git~1", stagingFolder].contains(String(name))
    }
}

/// Returns a path as a file system sees it that knows neither case nor the forms of Unicode: two paths with the
/// same result can be the same file there.
///
/// - Parameter path: A path or a name.
/// - Returns: The path, only to be compared: `String` compares without regard to the normal form.
package func foldedName(_ path: String) -> String {
    if isASCII(path) { return path.lowercased() }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: path.unicodeScalars.filter { !isIgnored($0) })
    // Not every letter has a lower case that is the same as that of its upper case.
    return String(text).uppercased().lowercased()
}

/// Whether HFS+ passes over a character in names.
private func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: true
    default: false
    }
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

/// Whether a path is below a folder, byte by byte.
///
/// - Parameters:
///   - path: A path.
///   - folder: The path of a folder, without a slash at its end.
/// - Returns: Whether it is.
package func isPath(_ path: some StringProtocol, below folder: String) -> Bool {
    path.utf8.starts(with: folder.utf8)
        && path.utf8.dropFirst(folder.utf8.count).first == UInt8(ascii: "/")
}

/// Returns the folders above a path, outermost first.
///
/// - Parameter path: The path below a folder.
/// - Returns: The paths of the folders; empty for a file at the top.
package func parents(of path: String) -> [String] {
    let bytes = path.utf8
    let slash = UInt8(ascii: "/")
    return bytes.indices.filter { bytes[$0] == slash }.map { String(path[..<$0]) }
}

/// Splits a path into the folder that contains it and its last name.
///
/// - Parameter path: The path, absolute or relative to the current folder.
/// - Returns: The folder, `.` if there is none; and the last name.
package func splitPath(_ path: String) -> (parent: String, name: String) {
    var path = path
    let parts = path.withUTF8 { bytes -> (parent: String, name: String)? in
        var slash = bytes.count - 1
        while slash >= 0, bytes[slash] != UInt8(ascii: "/") { slash -= 1 }
        guard slash >= 0 else { return nil }
        func text(_ part: Range<Int>) -> String {
            String(decoding: UnsafeBufferPointer(rebasing: bytes[part]), as: UTF8.self)
        }
        return (slash == 0 ? "/" : text(0..<slash), text(slash + 1..<bytes.count))
    }
    return parts ?? (".", path)
}

/// Whether a text has only characters of ASCII.
package func isASCII(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { $0.allSatisfy { $0 < 0x80 } }
}
