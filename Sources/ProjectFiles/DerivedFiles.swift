// What another program makes of the files of a private tree, and which of it may be used again: for Python, the
// compiled files. The notes on them and on the files of the tree itself.
//
// Python takes a compiled file if it names the time and the size of its source. Such a file can come from anywhere,
// and back as the user's own: from an archive, or from the cache of a CI service. So a file counts only if a run of
// pa-new noted it at its end, with its inode and the time of its last change (ctime), which no program can set. The files of the tree are known by their contents; one that is noted is not read again.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The files in the derived folders of a private tree.
package struct DerivedFiles {
    /// The name of the file with the notes, in the tree's folder.
    package static let noteName = "derived.txt"
    private static let maxBytes = 1 << 20

    private let path: String
    private let folders: [String]
    /// The notes of earlier runs, from when the tree was checked.
    private var earlier: Set<String> = []

    /// Describes those of a tree; nothing is read.
    ///
    /// - Parameter tree: The tree, in a folder that only this user can change.
    package init(of tree: PrivateTree) {
        path = tree.path
        folders = tree.derivedFolders
    }

    /// Checks a tree with the notes of earlier runs, and removes the derived files that are not noted.
    ///
    /// - Parameter tree: The tree whose derived files these are.
    /// - Returns: The notes on the files of the tree; nil if it is not as it should be.
    package mutating func checked(_ tree: PrivateTree) -> Set<String>? {
        let known = noted
        guard let notes = tree.checked(knowing: known) else { return nil }
        let isClean = folders.allSatisfy { place in
            (try? removeAll(but: known, in: place)) ?? false
        }
        guard isClean else { return nil }
        earlier = known
        return notes
    }

    /// Notes the derived files that are there now.
    ///
    /// What cannot be noted does not count in later runs.
    ///
    /// - Parameter notes: The notes on the files of the tree, from when they were checked.
    package func note(besides notes: Set<String>) {
        let lines = notes.union(folders.flatMap { (try? self.lines(of: $0)) ?? [] })
        guard lines != earlier, let folder = try? OpenFolder(path) else { return }
        let text = lines.sorted().map { $0 + "\n" }.joined()
        let new = ".\(Self.noteName)-\(getpid())-\(UInt32.random(in: .min ... .max))"
        do throws(SystemFailure) {
            try folder.write(new, .bytes(Array(text.utf8)), exactMode: 0o600)
            try folder.move(new, to: Self.noteName)
        } catch {
            try? folder.remove(new)
        }
    }

    /// The lines of the notes.
    private var noted: Set<String> {
        let file = path + "/" + Self.noteName
        let bytes = (try? readFile(file, most: Self.maxBytes, followsLinks: false)) ?? []
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return Set(lines.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Removes the files of one folder that are not noted.
    private func removeAll(but known: Set<String>, in place: String) throws(SystemFailure) -> Bool {
        let folder: OpenFolder
        do throws(SystemFailure) {
            folder = try OpenFolder(path).folder(place)
        } catch  where error.code == ENOENT {
            return true
        }
        for name in try folder.names() {
            if case .file(let status) = try folder.entry(name), isPrivate(status),
                known.contains(ProjectFiles.note(on: place + "/" + name, status))
            {
                continue
            }
            // A folder, which no program of ours makes here, stays: the tree is then written anew.
            try folder.remove(name)
        }
        return true
    }

    /// Returns the notes on the files of one folder.
    private func lines(of place: String) throws(SystemFailure) -> [String] {
        let folder = try OpenFolder(path).folder(place)
        var lines: [String] = []
        for name in try folder.names() {
            if case .file(let status) = try folder.entry(name), isPrivate(status) {
                lines.append(ProjectFiles.note(on: place + "/" + name, status))
            }
        }
        return lines
    }
}

/// Returns the note on a file: what changes when its contents do.
///
/// - Parameters:
///   - path: Its path in the tree.
///   - status: Its status.
/// - Returns: A line.
func note(on path: String, _ status: stat) -> String {
    #if canImport(Darwin)
        let (changed, modified) = (status.st_ctimespec, status.st_mtimespec)
    #else
        let (changed, modified) = (status.st_ctim, status.st_mtim)
    #endif
    return "\(status.st_ino) \(status.st_nlink) \(status.st_size)"
        + " \(changed.tv_sec).\(changed.tv_nsec) \(modified.tv_sec).\(modified.tv_nsec) \(path)"
}
