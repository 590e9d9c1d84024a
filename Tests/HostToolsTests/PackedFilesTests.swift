// The Python inside the program: packed by the build, and unpacked as it was.

import Foundation
import TestSupport
import Testing

@testable import HostTools
@testable import ProjectFiles

@Suite("The packed files inside the program")
struct PackedFilesTests {
    @Test("are the folder HostPython, file by file, byte by byte")
    func sameAsFolder() throws {
        let folder = Paths.package.appending(path: "HostPython")
        let paths = try filePaths(below: folder).filter { path in
            !path.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__pycache__" }
        }
        #expect(paths.count > 200)
        #expect(embeddedHostPython.paths == paths)
        #expect(embeddedHostPython.files.map(\.path) == paths)
        for file in embeddedHostPython.files {
            let place = folder.appending(path: file.path)
            #expect(try Data(file.contents.bytes()) == Data(contentsOf: place), "\(file.path)")
        }
    }

    @Test("are at most 40 percent of their size")
    func size() {
        let size = embeddedHostPython.files.reduce(0) { $0 + $1.contents.count }
        #expect(embeddedHostPython.texts.utf8CodeUnitCount * 10 < size * 4)
    }

    /// A packed text, and what it has to become.
    struct Example: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let packed: StaticString
        let text: String
    }

    static let examples = [
        Example(testDescription: "nothing", packed: "", text: ""),
        Example(testDescription: "bytes as they are", packed: "\u{30}abc", text: "abc"),
        Example(testDescription: "a character of two bytes", packed: "\u{20}é", text: "é"),
        Example(
            testDescription: "seven bytes, which need a number",
            packed: "\u{70}\0abcdefg",
            text: "abcdefg"
        ),
        Example(
            testDescription: "a number of two parts",
            packed:
                "p@\u{1}.......................................................................",
            text: String(repeating: ".", count: 71)
        ),
        Example(
            testDescription: "an earlier text again",
            packed: "\u{50}abcd-\0\u{5}\u{10}.",
            text: "abcd-abcd."
        ),
        Example(
            testDescription: "what is being written",
            packed: "\u{16}a\0\u{1}",
            text: "aaaaaaaaaaa"
        ),
        Example(
            testDescription: "a long repeat",
            packed: "\u{2F}ab\0\u{2}\u{3F}",
            text: String(repeating: "ab", count: 42)
        ),
        Example(
            testDescription: "a distance in three bytes",
            packed: "\u{4F}wxyz\u{40}\0\u{4}\u{41}\u{1}",
            text: String(repeating: "wxyz", count: 22)
        ),
    ]

    @Test("are unpacked", arguments: examples)
    func unpacking(_ example: Example) {
        let bytes = unpacked(example.packed, count: example.text.utf8.count)
        #expect(String(decoding: bytes, as: UTF8.self) == example.text)
    }
}
