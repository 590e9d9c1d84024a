// Reads the names in a folder.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Reads the names in a folder.
///
/// - Parameter path: The folder, or a link to it.
/// - Returns: The names, sorted. Without `.` and `..`.
/// - Throws: ``ReadProblem``.
package func readFolder(_ path: String) throws(ReadProblem) -> [String] {
    do throws(SystemFailure) {
        return try OpenFolder(path).names()
    } catch {
        switch error.code {
        case ENOENT: throw .missing
        case ENOTDIR: throw .notAFolder
        case let code: throw .refused(code: code)
        }
    }
}
