// How many files and folders a template folder may have.

import Foundation
import ProjectFiles
import TestSupport
import Testing

@testable import Scaffold

@Suite("The limits of a template folder")
struct TemplateFolderLimitTests {
    @Test(
        "files count, and so do empty folders, links and folders in folders",
        arguments: [["a", "b", "c"], ["a/", "b/", "c/"], ["a/b/c/"], ["a/", "b", "c@"]]
    )
    func entries(paths: [String]) throws {
        try withTemporaryFolder { folder in
            for path in paths + ["manifest.json"] {
                let place = folder.path + "/" + path.trimmingCharacters(in: ["/", "@"])
                let manager = FileManager.default
                if path.hasSuffix("/") {
                    try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
                } else if path.hasSuffix("@") {
                    try manager.createSymbolicLink(atPath: place, withDestinationPath: "/")
                } else {
                    try Data("{}".utf8).write(to: URL(fileURLWithPath: place))
                }
            }
            _ = try TemplateFolder(reading: folder.path, maxFiles: 4)
            let error = #expect(throws: ScaffoldError.self) {
                _ = try TemplateFolder(reading: folder.path, maxFiles: 3)
            }
            guard case .cannotRead(folder.path, .tooMany(most: 3)) = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
        }
    }
}
