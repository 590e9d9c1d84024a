// Folders for files that pa-new itself keeps, such as its cache: nobody but this user can write to them.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Makes a folder that only this user can use, and those above it that are missing.
///
/// What cannot be made is told by ``isPrivateFolder(_:)``.
///
/// - Parameter path: The absolute path of the folder.
package func makePrivateFolder(_ path: String) {
    for end in path.indices.dropFirst() where path[end] == "/" {
        mkdir(String(path[..<end]), 0o700)
    }
    mkdir(path, 0o700)
}

/// Tells whether a path is a folder of this user that nobody else can write to.
///
/// - Parameter path: The path. A symbolic link is not a folder.
/// - Returns: Whether the user owns it, and group and others must not write to it.
package func isPrivateFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
}
