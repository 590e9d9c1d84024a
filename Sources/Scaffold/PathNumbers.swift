// Numbers for the parts of paths, so that many long paths are compared in no more time than it takes to read them.

import ProjectFiles

/// Gives a number to each file and folder of many paths.
struct PathNumbers {
    /// A file, or a folder on the way to one.
    struct Part {
        /// The path of the file.
        private let file: String
        /// How many names of that path lead here.
        private let depth: Int
        /// Whether this is a folder.
        let isFolder: Bool
        /// Its number among all whose paths differ in any byte.
        private let exact: Int
        /// Its number among those that a file system distinguishes that knows neither case nor the forms of Unicode.
        let folded: Int

        fileprivate init(_ file: String, depth: Int, isFolder: Bool, exact: Int, folded: Int) {
            (self.file, self.depth, self.isFolder) = (file, depth, isFolder)
            (self.exact, self.folded) = (exact, folded)
        }

        /// The path of this file or folder.
        var path: String { segments(of: file).prefix(depth).joined(separator: "/") }

        /// Whether both are the same folder.
        func isSameFolder(as other: Part) -> Bool {
            isFolder && other.isFolder && exact == other.exact
        }
    }

    /// Numbers of folders, and those of files and folders on such a file system: each by the number of its folder
    /// and its name, with a slash between them.
    private var exact: [String: Int] = [:]
    private var folded: [String: Int] = [:]
    /// The folder of the last path, which most next files are in, too; nil for the project's own.
    private var lastFolder: Substring?
    /// The parts of that folder.
    private var lastParts: [Part] = []

    /// Returns the folders of a path, outermost first, and then the file.
    ///
    /// - Parameter path: The path of a file.
    /// - Returns: Its parts.
    mutating func parts(of path: String) -> [Part] {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { path[..<$0] }
        let name = slash.map { path[path.utf8.index(after: $0)...] } ?? path[...]
        if !isLast(folder) {
            lastParts = folders(folder, on: path)
            lastFolder = folder
        }
        let place = number(of: name, in: lastParts.last?.folded ?? 0)
        // Nothing asks whether two files are the same.
        let file = Part(
            path,
            depth: lastParts.count + 1,
            isFolder: false,
            exact: 0,
            folded: place
        )
        return lastParts + [file]
    }

    private func isLast(_ folder: Substring?) -> Bool {
        guard let folder, let lastFolder else { return folder == nil && lastFolder == nil }
        return folder.utf8.elementsEqual(lastFolder.utf8)
    }

    /// Returns the parts of a folder that a path begins with.
    private mutating func folders(_ folder: Substring?, on path: String) -> [Part] {
        guard let folder else { return [] }
        // The project's folder.
        var (here, place) = (0, 0)
        return segments(of: folder).enumerated().map { index, segment in
            here = exact.number(of: "\(here)/" + exactName(segment))
            place = number(of: segment, in: place)
            return Part(path, depth: index + 1, isFolder: true, exact: here, folded: place)
        }
    }

    private mutating func number(of name: Substring, in folder: Int) -> Int {
        folded.number(of: "\(folder)/" + foldedName(String(name)))
    }
}

/// Returns a text that is only equal for names with the same bytes: `String` compares without regard to the normal form.
private func exactName(_ name: Substring) -> String {
    if name.utf8.allSatisfy({ $0 < 0x80 }) { return String(name) }
    // No name has a slash in it.
    return name.utf8.reduce(into: "") { $0 += "/\($1)" }
}

extension [String: Int] {
    /// Returns the number of a key, which begin with 1.
    fileprivate mutating func number(of key: String) -> Int {
        if let known = self[key] { return known }
        self[key] = count + 1
        return count
    }
}
