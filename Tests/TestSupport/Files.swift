// Folders of files for one test.

import Foundation

/// Writes files below a folder, and creates the folders that they need.
///
/// - Parameters:
///   - files: The contents of the files, by path.
///   - folder: The folder.
/// - Throws: If the system refuses.
public func write(_ files: [String: String], below folder: URL) throws {
    for (path, text) in files {
        let place = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: place)
    }
}

/// Returns a tree: the texts of files by path, links as `-> target`, and empty folders as `/`.
public func tree(_ folder: URL) throws -> [String: String] {
    let manager = FileManager.default
    var tree: [String: String] = [:]
    for path in try manager.subpathsOfDirectory(atPath: folder.path) {
        let place = folder.appending(path: path).path
        switch try manager.attributesOfItem(atPath: place)[.type] as? FileAttributeType {
        case .typeDirectory?:
            if try manager.contentsOfDirectory(atPath: place).isEmpty { tree[path] = "/" }
        case .typeSymbolicLink?:
            tree[path] = "-> " + (try manager.destinationOfSymbolicLink(atPath: place))
        case .typeRegular?:
            tree[path] = String(
                decoding: try Data(contentsOf: URL(filePath: place)),
                as: UTF8.self
            )
        default: tree[path] = "?"
        }
    }
    return tree
}

/// Creates the files of a tree that `tree` returned.
public func makeTree(_ tree: [String: String], in folder: URL) throws {
    let manager = FileManager.default
    for (path, text) in tree {
        let place = folder.appending(path: path)
        let parent = text == "/" ? place : place.deletingLastPathComponent()
        try manager.createDirectory(at: parent, withIntermediateDirectories: true)
        if text.hasPrefix("-> ") {
            try manager.createSymbolicLink(
                atPath: place.path,
                withDestinationPath: String(text.dropFirst(3))
            )
        } else if text != "/" {
            try Data(text.utf8).write(to: place)
        }
    }
}
