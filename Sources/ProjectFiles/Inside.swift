// Tells whether a path leads into a folder, also on the way over links.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Tells whether a path lies in a folder, or leads over a link in it.
///
/// Each part of the path is followed as the system does. A link in the folder that leads out of it counts
/// as inside, because the folder's owner decides where it leads; so does a link elsewhere that leads in.
///
/// - Parameters:
///   - path: The path, absolute or relative to the current folder.
///   - folder: The folder.
/// - Returns: Whether it is inside. True if there are too many links to follow.
package func isInside(_ path: String, _ folder: String) -> Bool {
    guard
        let root = realpath(folder, nil).map({ text in
            defer { free(text) }
            return String(cString: text)
        })
    else { return false }
    let isBelow = { (place: String) in
        root == "/" || place == root || isPath(place, below: root)
    }
    var waiting: [Substring] = parts(of: absolute(path)).reversed()
    // Always a path without links.
    var place = ""
    var links = 0
    while let part = waiting.popLast() {
        if part == ".." {
            place = parents(of: place).last ?? ""
            continue
        }
        let next = place + "/" + part
        guard let target = linkTarget(next) else {
            place = next
            continue
        }
        links += 1
        if links > 40 || isBelow(next) { return true }
        if target.utf8.first == UInt8(ascii: "/") { place = "" }
        waiting += parts(of: target).reversed()
    }
    return isBelow(place)
}

/// Returns the parts of a path between its slashes.
private func parts(of path: String) -> [Substring] {
    segments(of: path).filter { !$0.isEmpty && $0 != "." }
}

/// Returns an absolute path: below the current folder if it is relative.
private func absolute(_ path: String) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    guard let here = getcwd(nil, 0) else { return "/" + path }
    defer { free(here) }
    return String(cString: here) + "/" + path
}

/// Returns the path that a link holds; nil for anything else.
private func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
