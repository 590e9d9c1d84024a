// A folder for the files of one run, which only this user can use.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Runs an action with a new folder in the system's temporary folder, and removes the folder afterwards, also if
/// SIGINT, SIGTERM or SIGHUP is to end this process: these signals wait until it is gone.
///
/// - Parameter action: The action, with the absolute path of the folder.
/// - Returns: The result of the action.
/// - Throws: ``FileError/system(_:path:code:)`` if there is no such folder, or the error of the action.
package func withPrivateFolder<Value>(
    _ action: (String) throws(FileError) -> Value
) throws(FileError) -> Value {
    let before = holdEndingSignals()
    defer { releaseEndingSignals(before) }
    let variable = environmentVariable("TMPDIR") ?? ""
    let parent = variable.hasPrefix("/") ? variable : "/tmp"
    var template = Array((parent + "/pa-new-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
        throw .system(.makeFolder, path: parent, code: errno)
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { removeTemporaryFolder(path) }
    return try action(path)
}

private func removeTemporaryFolder(_ path: String) {
    let (parent, name) = splitPath(path)
    guard let folder = try? OpenFolder(parent) else { return }
    try? folder.removeTree(name)
}
