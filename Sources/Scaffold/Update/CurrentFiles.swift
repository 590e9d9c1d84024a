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
    ///   - folder: The project's folder.
    /// - Throws: ``ScaffoldError`` if the system refuses.
    mutating func read(
        _ path: String,
        in folder: borrowing WorkingFolder
    ) throws(ScaffoldError) {
        guard files[path] == nil, blockages[path] == nil else { return }
        let large = try onFiles { () throws(FileError) in
            try folder.largeFile(path, over: maxMergeableBytes)
        }
        if let large {
            files[path] = CurrentFile(contents: large.contents, isExecutable: large.isExecutable)
            return
        }
        try read([ExpectedFile(path: path)], in: folder)
    }

    /// Reads files that were not read before, or finds what is in their way.
    private mutating func read(
        _ expected: [ExpectedFile],
        in folder: borrowing WorkingFolder
    ) throws(ScaffoldError) {
        let expected = expected.filter { files[$0.path] == nil && blockages[$0.path] == nil }
        let found = try onFiles { () throws(FileError) in try folder.find(expected) }
        for (file, found) in zip(expected, found) {
            switch found {
            case .missing: continue
            case .file(let contents, let isExecutable):
                files[file.path] = CurrentFile(contents: contents, isExecutable: isExecutable)
            case .tooLarge(let bytes, let isExecutable):
                files[file.path] = CurrentFile(tooLarge: bytes, isExecutable: isExecutable)
            case .blocked(let blocker, let obstacle):
                blockages[file.path] = try onFiles { () throws(FileError) in
                    try Self.blockage(blocker, obstacle, in: folder)
                }
            }
        }
    }

    /// Forgets a file: it is as if it did not exist.
    mutating func forget(_ path: String) { files[path] = nil }

    /// Forgets a file that the folder lists by another name only, in upper or lower case.
    mutating func forgetOtherName(
        _ path: String,
        in folder: borrowing WorkingFolder
    ) throws(ScaffoldError) {
        guard files[path] != nil else { return }
        if try !onFiles({ () throws(FileError) in try folder.lists(path) }) { forget(path) }
    }

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
    ///   - new: Today's files: most files of a project have the same contents.
    ///   - folder: The project's folder.
    /// - Throws: ``ScaffoldError`` if the system refuses.
    init(
        of base: Baseline,
        and new: [RenderedFile],
        in folder: borrowing WorkingFolder
    ) throws(ScaffoldError) {
        self.init()
        if let file = new.first(where: { $0.path == Baseline.fileName }) {
            files[file.path] = try onFiles { () throws(FileError) in
                try Self.document(file, in: folder)
            }
        }
        let earlier = Dictionary(base.files.map { ($0.path, $0) }) { first, _ in first }
        let expected = new.map { file in
            var known: String?
            if case .digest(let digest)? = earlier[file.path]?.contents { known = digest }
            return ExpectedFile(
                path: file.path,
                contents: file.contents,
                earlier: known,
                most: maxMergeableBytes
            )
        }
        try read(expected, in: folder)
        let paths = Set(new.map(\.path))
        let others = base.files.filter { !paths.contains($0.path) }
        try read(others.map { ExpectedFile(path: $0.path) }, in: folder)
        try forgetOtherNames(of: new, base, in: folder)
    }

    /// Finds out whether the baseline's own file is as it is to be; otherwise one that is large stays on the disk.
    private static func document(
        _ new: RenderedFile,
        in folder: borrowing WorkingFolder
    ) throws(FileError) -> CurrentFile? {
        guard case .file(_, let isExecutable) = try folder.state(of: new.path) else { return nil }
        // It is this file.
        if case .file = new.contents {
            return CurrentFile(contents: new.contents, isExecutable: isExecutable)
        }
        let contents = try folder.contents(of: new.path, expecting: new.contents.bytes())
        return CurrentFile(contents: contents, isExecutable: isExecutable)
    }
}
