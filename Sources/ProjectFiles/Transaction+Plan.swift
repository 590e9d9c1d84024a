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
    ) throws(FileError) -> (Journal, [NewFile], sources: [String: Set<String>]) {
        var journal = Journal()
        var files: [NewFile] = []
        var taken = Set<String>()
        for change in changes where !taken.insert(change.path).inserted {
            let name = change.path
            throw .badPath(path: name, .taken(by: name))
        }

        journal.removals = try removals(changes, in: folder, path: path)
        var folders = PlannedFolders(removals: journal.removals)
        for case .write(let file, let keepsOld, var source) in changes {
            let around = try folders.enter(file.path, in: folder, path: path)
            let isInNewFolder = folders.areMade(above: file.path)
            var entry = isInNewFolder ? .missing : try look(at: file.path, in: folder, path: path)
            var old: stat?
            if case .file = entry,
                let gone = try anotherName(
                    of: file.path,
                    among: journal.removals,
                    in: folder,
                    path: path
                )
            {
                entry = .missing
                source = source ?? gone
            }
            switch entry {
            case .missing: break
            case .file(let status): old = status
            // The removals leave the folder empty, so it is removed to make room.
            case .folder where folders.emptied.contains(file.path): break
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
                folders.move(from: source, to: file.path)
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
        journal.folders = folders.made
        // Innermost first.
        journal.emptied = folders.emptied.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
        return (journal, files, folders.sources)
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
