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
    let usual = environmentVariable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    // Somebody who can write to the folder above could put another one in the place of the new one.
    guard let parent = guardedFolder(usual) ?? guardedFolder("/tmp") else {
        throw .system(.makeFolder, path: usual, code: EPERM)
    }
    let path: String
    do throws(SystemFailure) {
        path = try makeTemporaryFolder(in: parent)
    } catch {
        throw .system(.makeFolder, path: parent, code: error.code)
    }
    defer { removeFolder(path) }
    return try action(path)
}

/// Makes a folder of a new name that only this user can use, whatever the umask is.
///
/// - Parameter parent: The folder in which to make it.
/// - Returns: Its path.
/// - Throws: ``SystemFailure`` if the system refuses.
package func makeTemporaryFolder(in parent: String) throws(SystemFailure) -> String {
    var template = Array((parent + "/pa-new-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil, chmod(template, 0o700) == 0 else { throw .last }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
