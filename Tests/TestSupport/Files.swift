// Folders of files, written for one test.

import Foundation

/// Writes files below a folder, and the folders that they need.
///
/// - Parameters:
///   - files: The contents of each file, by its path.
///   - folder: The folder.
/// - Throws: Where the system refuses.
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
