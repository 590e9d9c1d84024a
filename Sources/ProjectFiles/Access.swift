// Owners, permissions and attributes: a file that replaces another one gets those of the old one.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The owner, the group and the permissions of a file that is written.
struct Access {
    /// The owner; nil for that of this process.
    private var owner: uid_t?
    /// The group; nil for the one that the system gives.
    private var group: gid_t?
    /// The permissions, regardless of the umask; nil for those that the file has.
    private var mode: mode_t?
    /// A descriptor of the file whose attributes it gets; nil for none.
    var attributes: Int32?

    /// Creates the access of another file.
    init(like status: stat) {
        owner = status.st_uid
        group = status.st_gid
        mode = status.st_mode & 0o777
    }

    /// Creates the access of a folder that takes the place of another one.
    ///
    /// - Parameters:
    ///   - status: The status of the other one.
    ///   - mode: The permissions, which can be fewer than those of the other one.
    init(likeFolder status: stat, mode: mode_t) {
        (owner, group, self.mode) = (status.st_uid, status.st_gid, mode)
    }

    /// Creates the access of a new file, which is that of the file that it replaces, or the group of its folder.
    ///
    /// It is nil if the system's defaults are right.
    ///
    /// - Parameter new: The file.
    init?(of new: Transaction.NewFile) {
        if let old = new.old {
            let permissions = old.st_mode & 0o777
            (owner, group, mode) = (old.st_uid, old.st_gid, permissions)
            // The file becomes executable for exactly those users who may read it, or for none.
            if new.file.isExecutable != (permissions & 0o100 != 0) {
                mode =
                    new.file.isExecutable
                    ? permissions | (permissions & 0o444) >> 2 : permissions & 0o666
            }
        } else {
            group = new.group
            mode = new.file.permissions.map { mode_t($0) }
            if group == nil, mode == nil { return nil }
        }
    }

    /// Gives the access to a file, as far as the system allows it.
    ///
    /// - Parameter file: The descriptor of the file.
    /// - Returns: 0, or the error number if its permissions or its attributes cannot be set.
    func give(to file: Int32) -> Int32 {
        var status = stat()
        guard fstat(file, &status) == 0 else { return errno }
        let owner = owner ?? status.st_uid
        let group = group ?? status.st_gid
        var hasGroup = status.st_gid == group
        if status.st_uid != owner || !hasGroup {
            // Only root gives files away; others can give them to one of their own groups.
            if fchown(file, owner, group) == 0 || fchown(file, uid_t.max, group) == 0 {
                hasGroup = true
            }
        }
        // Before the permissions: they are the mask of the access control list, too.
        if let attributes {
            let code = copyAttributes(from: attributes, to: file)
            if code != 0 { return code }
        }
        guard var mode else { return 0 }
        // Another group gets no more than everybody.
        if !hasGroup { mode &= 0o707 | (mode & 0o007) << 3 }
        return fchmod(file, mode) == 0 ? 0 : errno
    }
}
