// Decides what each change means in a folder, before anything is touched.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Transaction {
    /// Decides what each change means in this folder.
    static func plan(
        _ changes: [FileChange],
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> (Journal, [NewFile]) {
        var journal = Journal()
        var files: [NewFile] = []
        var taken = Set<String>()
        for change in changes where !taken.insert(change.path).inserted {
            let name = change.path
            throw .badPath(path: name, .taken(by: name))
        }

        journal.removals = try removals(changes, in: folder, path: path)
        let removed = Set(journal.removals)
        var emptied = Set(journal.removals.flatMap { parents(of: $0) })

        var made = Set<String>()
        for case .write(let file, let keepsOld, let source) in changes {
            var around = try attempt(.look, path) { () throws(SystemFailure) in try folder.status()
            }
            for prefix in parents(of: file.path) where !made.contains(prefix) {
                let entry =
                    removed.contains(prefix) || parents(of: prefix).contains(where: made.contains)
                    ? .missing : try look(at: prefix, in: folder, path: path)
                switch entry {
                case .missing:
                    made.insert(prefix)
                    journal.folders.append(prefix)
                case .folder(let status):
                    emptied.remove(prefix)
                    around = status
                case .file, .link, .other:
                    throw .inTheWay(path: path + "/" + prefix, entry.obstacle ?? .other)
                }
            }
            let isInNewFolder = parents(of: file.path).contains(where: made.contains)
            let entry = isInNewFolder ? .missing : try look(at: file.path, in: folder, path: path)
            var old: stat?
            switch entry {
            case .missing: break
            case .file(let status): old = status
            // The removals leave the folder empty, so it is removed to make room.
            case .folder where emptied.contains(file.path): break
            case .folder, .link, .other:
                throw .inTheWay(path: path + "/" + file.path, entry.obstacle ?? .other)
            }
            var keptAt: String?
            let isReplacement = old != nil
            if keepsOld, isReplacement {
                let name = try freeName(for: file.path, besides: taken, in: folder, path: path)
                taken.insert(name)
                keptAt = name
            }
            var oldPath = file.path
            if old == nil, let source,
                case .file(let status) = try look(at: source, in: folder, path: path)
            {
                (old, oldPath) = (status, source)
            }
            let group = around.st_mode & S_ISGID == 0 ? nil : around.st_gid
            files.append(NewFile(file: file, old: old, oldPath: oldPath, group: group))
            journal.writes.append(
                Journal.Write(
                    path: file.path,
                    isReplacement: isReplacement,
                    sha256: file.contents.sha256,
                    keptAt: keptAt
                )
            )
        }
        // Innermost first.
        journal.emptied = emptied.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
        return (journal, files)
    }

    /// Returns the paths of files and links to remove that exist.
    private static func removals(
        _ changes: [FileChange],
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> [String] {
        var removals: [String] = []
        for case .remove(let name) in changes {
            if let (blocker, obstacle) = try obstacle(above: name, in: folder, path: path) {
                throw .inTheWay(path: path + "/" + blocker, obstacle)
            }
            switch try look(at: name, in: folder, path: path) {
            case .missing: continue
            case .file, .link: break
            case .folder: throw .inTheWay(path: path + "/" + name, .folder(entries: []))
            case .other: throw .inTheWay(path: path + "/" + name, .other)
            }
            removals.append(name)
        }
        return removals
    }

    static func look(
        at name: String,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> Entry {
        do throws(SystemFailure) {
            return try folder.entry(name)
        } catch {
            throw .system(.look, path: path + "/" + name, code: error.code)
        }
    }

    /// Finds a free name beside a file for its old contents.
    static func freeName(
        for name: String,
        besides taken: Set<String>,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> String {
        var candidate = name + "~"
        var number = 2
        while true {
            if !taken.contains(candidate),
                case .missing = try look(at: candidate, in: folder, path: path)
            {
                return candidate
            }
            candidate = "\(name).~\(number)~"
            number += 1
        }
    }
}
