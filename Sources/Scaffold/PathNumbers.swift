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

    /// A name in a folder that has a number already.
    private struct Key<Name: Hashable>: Hashable {
        let folder: Int
        let name: Name
    }

    private var exact: [Key<[UInt8]>: Int] = [:]
    private var folded: [Key<String>: Int] = [:]

    /// Returns the folders of a path, outermost first, and then the file.
    ///
    /// - Parameter path: The path of a file.
    /// - Returns: Its parts.
    mutating func parts(of path: String) -> [Part] {
        let names = segments(of: path)
        // The project's folder.
        var (here, place) = (0, 0)
        return names.enumerated().map { index, segment in
            here = exact.number(of: Key(folder: here, name: Array(segment.utf8)))
            place = folded.number(of: Key(folder: place, name: foldedName(String(segment))))
            let isFolder = index + 1 < names.count
            return Part(path, depth: index + 1, isFolder: isFolder, exact: here, folded: place)
        }
    }
}

extension Dictionary where Value == Int {
    /// Returns the number of a key, which begin with 1.
    fileprivate mutating func number(of key: Key) -> Int {
        if let known = self[key] { return known }
        self[key] = count + 1
        return count
    }
}
