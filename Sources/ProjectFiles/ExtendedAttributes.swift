// Extended attributes: what a file has besides its contents, its owner and its mode, such as an access control list.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Gives a file the access control list of another one, and the attributes that programs of users have set.
///
/// All other attributes belong to the system, such as the labels of SELinux: a new file gets its own.
///
/// - Parameters:
///   - old: A descriptor of the file that has them.
///   - new: A descriptor of the file that gets them.
/// - Returns: 0, or the error number if the new file would not have all of them.
func copyAttributes(from old: Int32, to new: Int32) -> Int32 {
    #if canImport(Darwin)
        let flags = copyfile_flags_t(COPYFILE_XATTR | COPYFILE_ACL)
        return fcopyfile(old, new, nil, flags) == 0 ? 0 : errno
    #else
        guard let list = bytes({ flistxattr(old, $0, $1) })
        else { return [ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno) ? 0 : errno }
        let names = list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let accessList = "system.posix_acl_access"
        // It can have one from the folder's default list.
        if !names.contains(accessList) { _ = fremovexattr(new, accessList) }
        let kept = [accessList, "system.posix_acl_default"]
        for name in names where kept.contains(name) || name.hasPrefix("user.") {
            guard let value = bytes({ fgetxattr(old, name, $0, $1) }),
                fsetxattr(new, name, value, value.count, 0) == 0
            else { return errno }
        }
        return 0
    #endif
}

#if !canImport(Darwin)
    /// Returns what a call gives that first tells its size; nil if it fails.
    private func bytes(_ call: (UnsafeMutableRawPointer?, Int) -> Int) -> [UInt8]? {
        let size = call(nil, 0)
        guard size > 0 else { return size == 0 ? [] : nil }
        var bytes = [UInt8](repeating: 0, count: size)
        let count = bytes.withUnsafeMutableBytes { call($0.baseAddress, $0.count) }
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    // Swift's module of the C library does not have <sys/xattr.h>. Looked up by name while the program runs, they
    // would not be found in a static one, such as those of releases.

    @_extern(c, "flistxattr")
    func flistxattr(_ file: Int32, _ list: UnsafeMutableRawPointer?, _ size: Int) -> Int

    @_extern(c, "fgetxattr")
    func fgetxattr(
        _ file: Int32,
        _ name: UnsafePointer<CChar>,
        _ value: UnsafeMutableRawPointer?,
        _ size: Int
    ) -> Int

    @_extern(c, "fsetxattr")
    func fsetxattr(
        _ file: Int32,
        _ name: UnsafePointer<CChar>,
        _ value: UnsafeRawPointer?,
        _ size: Int,
        _ flags: Int32
    ) -> Int32

    @_extern(c, "fremovexattr")
    func fremovexattr(_ file: Int32, _ name: UnsafePointer<CChar>) -> Int32
#endif
