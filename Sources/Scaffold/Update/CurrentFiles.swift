// The files of a project as they are now, and what is in the way of others.

import ProjectFiles

/// Something at the path of a file, or at a folder above it, that is not what the template has there.
struct Blockage: Hashable {
    /// Its path.
    let path: String
    /// What it is, in words.
    let kind: String
    /// Whether it is a symbolic link.
    let isLink: Bool
    /// The files that have to go so that the way is free; nil if it is never free.
    let files: Set<String>?
}

/// The files of a project as they are now.
struct CurrentFiles {
    /// The files, by path.
    private(set) var files: [String: CurrentFile] = [:]
    /// What is in the way, by the paths that it blocks.
    private(set) var blockages: [String: Blockage] = [:]

    /// Reads a file, or finds what is in its way.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - today: Today's file at this path: a large one is read only if it can be this one, or the one of the
    ///     baseline. Nil to read the file in any case.
    ///   - earlier: The file in the baseline.
    ///   - folder: The project's folder.
    /// - Throws: ``ScaffoldError`` if the system refuses.
    mutating func read(
        _ path: String,
        comparing today: RenderedFile? = nil,
        _ earlier: Baseline.File? = nil,
        in folder: borrowing WorkingFolder
    ) throws(ScaffoldError) {
        guard files[path] == nil, blockages[path] == nil else { return }
        let (file, blockage) = try onFiles {
            () throws(FileError) -> (CurrentFile?, Blockage?) in
            switch try folder.state(of: path) {
            case .missing: return (nil, nil)
            case .file(let bytes, let isExecutable):
                let tooLarge = CurrentFile(tooLarge: bytes, isExecutable: isExecutable)
                let isLong = bytes > maxMergeableBytes
                if bytes > maxFileBytes { return (tooLarge, nil) }
                if isLong, let today, today.contents.count != bytes,
                    earlier?.contents.isText ?? true
                {
                    return (tooLarge, nil)
                }
                let contents = try folder.contents(of: path)
                // It is then in memory only once.
                let same = contents == today?.contents ? today?.contents : nil
                if isLong, today != nil, same == nil,
                    earlier.map({ !$0.contents.isSame(as: contents) }) ?? true
                {
                    return (tooLarge, nil)
                }
                return (
                    CurrentFile(contents: same ?? contents, isExecutable: isExecutable), nil
                )
            case .blocked(let blocker, let obstacle):
                return (nil, try Self.blockage(blocker, obstacle, in: folder))
            }
        }
        files[path] = file
        blockages[path] = blockage
    }

    /// Forgets a file: it is as if it did not exist.
    mutating func forget(_ path: String) { files[path] = nil }

    private static func blockage(
        _ path: String,
        _ obstacle: Obstacle,
        in folder: borrowing WorkingFolder
    ) throws(FileError) -> Blockage {
        let (kind, files): (String, Set<String>?) =
            switch obstacle {
            case .folder: ("a folder", try folder.contentsOfFolder(path))
            case .file: ("a file", [path])
            case .link: ("a symbolic link", nil)
            case .other: ("not a regular file", nil)
            }
        return Blockage(path: path, kind: kind, isLink: obstacle == .link, files: files)
    }
}

extension CurrentFiles {
    /// Reads files, or finds what is in their way.
    ///
    /// - Parameters:
    ///   - base: The baseline.
    ///   - file: The baseline's own file, which was read already.
    ///   - new: Today's files: most files of a project have the same contents.
    ///   - folder: The project's folder.
    /// - Throws: ``ScaffoldError`` if the system refuses.
    init(
        of base: Baseline,
        _ file: CurrentFile,
        and new: [RenderedFile],
        in folder: borrowing WorkingFolder
    ) throws(ScaffoldError) {
        self.init()
        files[Baseline.fileName] = file
        let earlier = Dictionary(base.files.map { ($0.path, $0) }) { first, _ in first }
        for file in new {
            try read(file.path, comparing: file, earlier[file.path], in: folder)
        }
        for file in base.files { try read(file.path, in: folder) }
        try forgetOtherNames(of: new, base, in: folder)
    }
}
