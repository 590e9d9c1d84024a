// Folders for files that pa-new itself keeps, such as its cache: only this user can change what is in them.
//
// A folder is as safe as the folders above it: somebody who can write to one of those can put another folder in its
// place, after it was looked at. So the path without links is followed from the root, step by step. What was
// found cannot change afterwards, except by this user or by the administrator.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Returns a folder for what pa-new remembers of this user's runs, by the XDG base directory specification.
///
/// - Parameters:
///   - name: The name of the folder.
///   - variable: Returns an environment variable: `XDG_STATE_HOME`, or else `HOME`.
/// - Returns: The absolute path of the folder, which need not exist; nil if there is no place for it.
package func stateFolder(
    _ name: String,
    _ variable: (String) -> String? = environmentVariable
) -> String? {
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
        return state + "/pa-new/" + name
    }
    guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/pa-new/" + name
}

/// Returns a folder's path without links, if nobody else can change what lies at that path.
///
/// Each folder on the way belongs to this user or to the owner of the root, and no others can write to it. They can
/// write to a sticky one, such as `/tmp`: there, they cannot move what is not theirs.
///
/// - Parameter path: The path, which may have links.
/// - Returns: The path of the folder itself; nil if others can change it, or if there is no such folder.
package func guardedFolder(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    let real = String(cString: resolved)
    guard let root = folderStatus("/") else { return nil }
    // The root of a container can belong to somebody whom the container does not know.
    let owners = [0, root.st_uid, geteuid()]
    var place = ""
    for name in real.split(separator: "/", omittingEmptySubsequences: true) {
        place += "/" + name
        guard let status = folderStatus(place), owners.contains(status.st_uid),
            !isWritableByOthers(status) || status.st_mode & S_ISVTX != 0
        else { return nil }
    }
    return isWritableByOthers(root) && root.st_mode & S_ISVTX == 0 ? nil : real
}

/// Returns a folder's path without links, if only this user can change what is in it.
///
/// - Parameter path: The path. It must not be a link itself; the folders above it may be.
/// - Returns: The path of the folder itself; nil if others can change it, or if there is no such folder.
package func privateFolder(_ path: String) -> String? {
    guard folderStatus(path) != nil, let real = guardedFolder(path),
        let status = folderStatus(real), isPrivate(status)
    else { return nil }
    // It was made under an umask that took the user's own rights, too.
    if status.st_mode & 0o700 != 0o700 { chmod(real, 0o700) }
    return real
}

/// Makes a folder that only this user can use, and those above it that are missing.
///
/// Nothing is made in a folder that others can change.
///
/// - Parameter path: The absolute path of the folder.
/// - Returns: The path of the folder itself, without links; nil if there is none that only this user can change.
package func makePrivateFolder(_ path: String) -> String? {
    makeGuardedFolder(path).flatMap(privateFolder)
}

/// Removes a folder of this program's own with all that is in it, as far as that is possible.
///
/// It goes by paths, since nobody else can change them, and needs one descriptor at a time.
///
/// - Parameter path: The folder, in one where nobody else can change it.
package func removeFolder(_ path: String) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    let names = folder < 0 ? [] : (try? OpenFolder.names(closing: folder)) ?? []
    for name in names {
        let place = path + "/" + name
        if folderStatus(place) != nil { removeFolder(place) } else { unlink(place) }
    }
    rmdir(path)
}

/// Makes the folders of a path that are missing, each for this user alone, whatever the umask is.
private func makeGuardedFolder(_ path: String) -> String? {
    var status = stat()
    if lstat(path, &status) == 0 {
        return status.st_mode & S_IFMT == S_IFDIR ? guardedFolder(path) : nil
    }
    let (parent, name) = splitPath(path)
    guard errno == ENOENT, parent != path, let above = makeGuardedParent(parent) else {
        return nil
    }
    let place = above + "/" + name
    if mkdir(place, 0o700) == 0 { chmod(place, 0o700) }
    return guardedFolder(place)
}

/// Makes a folder above the last one; this one may be a link.
private func makeGuardedParent(_ path: String) -> String? {
    guardedFolder(path) ?? makeGuardedFolder(path)
}

/// Whether this user owns something, and nobody else can write to it.
func isPrivate(_ status: stat) -> Bool {
    status.st_uid == geteuid() && !isWritableByOthers(status)
}

/// Whether the group or all can write.
///
/// Rights of single users (ACLs) show on Linux as the group's.
private func isWritableByOthers(_ status: stat) -> Bool { status.st_mode & 0o022 != 0 }

/// Returns the status of a folder; nil for anything else, such as a link.
private func folderStatus(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? status : nil
}
