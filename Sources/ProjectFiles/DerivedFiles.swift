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
    private var earlier = FileNotes([])

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
    package mutating func checked(_ tree: PrivateTree) -> [String]? {
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
    package func note(besides notes: [String]) {
        let all = FileNotes(notes + folders.flatMap { (try? self.lines(of: $0)) ?? [] })
        guard all != earlier, let folder = try? OpenFolder(path) else { return }
        let text = all.lines.map { $0 + "\n" }.joined()
        let new = ".\(Self.noteName)-\(getpid())-\(UInt32.random(in: .min ... .max))"
        do throws(SystemFailure) {
            try folder.write(new, .bytes(Array(text.utf8)), exactMode: 0o600)
            try folder.move(new, to: Self.noteName)
        } catch {
            try? folder.remove(new)
        }
    }

    /// The notes of the runs before.
    private var noted: FileNotes {
        let file = path + "/" + Self.noteName
        let bytes = (try? readFile(file, most: Self.maxBytes, followsLinks: false)) ?? []
        return FileNotes(
            bytes.withUnsafeBufferPointer { text in
                text.split(separator: UInt8(ascii: "\n")).map {
                    String(decoding: UnsafeBufferPointer(rebasing: $0), as: UTF8.self)
                }
            }
        )
    }

    /// Removes the files of one folder that are not noted.
    private func removeAll(but known: FileNotes, in place: String) throws(SystemFailure) -> Bool {
        let folder: OpenFolder
        do throws(SystemFailure) {
            folder = try OpenFolder(path).folder(place)
        } catch  where error.code == ENOENT {
            return true
        }
        for name in try folder.names() {
            if let status = try folder.fileStatus(name), isPrivate(status),
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
            if let status = try folder.fileStatus(name), isPrivate(status) {
                lines.append(ProjectFiles.note(on: place + "/" + name, status))
            }
        }
        return lines
    }
}

/// Notes on files, each a line.
package struct FileNotes: Equatable {
    /// The lines, sorted: to search them takes less time than to make a set of them.
    let lines: [String]

    init(_ lines: [String]) { self.lines = lines.sorted() }

    var isEmpty: Bool { lines.isEmpty }

    func contains(_ line: String) -> Bool {
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle] < line { low = middle + 1 } else { high = middle }
        }
        return low < lines.count && lines[low] == line
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
    var line: [UInt8] = []
    line.reserveCapacity(120 + path.utf8.count)
    // Written by hand, since each run makes hundreds of them.
    line.append(Int(truncatingIfNeeded: status.st_ino), before: " ")
    line.append(Int(status.st_nlink), before: " ")
    line.append(Int(status.st_size), before: " ")
    for time in [changed, modified] {
        line.append(Int(time.tv_sec), before: ".")
        line.append(Int(time.tv_nsec), before: " ")
    }
    line += path.utf8
    return String(decoding: line, as: UTF8.self)
}

extension [UInt8] {
    /// Appends a number in decimal digits, and the character after it.
    fileprivate mutating func append(_ number: Int, before end: Unicode.Scalar) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var first = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        var last = count - 1
        while first < last {
            swapAt(first, last)
            first += 1
            last -= 1
        }
        append(UInt8(ascii: end))
    }
}
