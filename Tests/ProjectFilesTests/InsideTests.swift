// Whether a path leads into a folder: by its parts, and over links.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("A path inside a folder")
struct InsideTests {
    @Test(
        "is known by its parts and by each link on the way",
        arguments: [
            ("p/x", true), ("p", true), ("p/nothing/here", true), ("./q/../p/x", true),
            ("p/out", true), ("in/x", true), ("in2/x", true), ("dir/python", true),
            ("through", true), ("loop", true),
            ("q/x", false), ("pp/x", false), ("p/../q/x", false), ("q/other", false),
            ("missing/x", false), ("in/../q/x", false), ("p/out/../q/x", true), ("", false),
        ]
    )
    func table(path: String, expected: Bool) throws {
        try withTemporaryFolder { root in
            try makeTree(
                [
                    "p/x": "", "q/x": "", "pp/x": "",
                    // A link that leads out of the folder, and links that lead in.
                    "p/out": "-> ../q/x", "in": "-> p", "in2": "-> in", "dir": "-> p/bin",
                    "q/other": "-> ../pp/x",
                    // The end is elsewhere, but the folder decides that.
                    "through": "-> p/out", "loop": "-> loop",
                ],
                in: root
            )
            let folder = root.path + "/p"
            #expect(isInside("\(root.path)/\(path)", folder) == expected)
            #expect(isInside("\(root.path)//./\(path)", folder + "/") == expected)
            #expect(isInside("\(root.path)/\(path)", root.path + "/in2") == expected)
        }
    }

    @Test("may be relative to the current folder")
    func relative() {
        #expect(isInside("x", "."))
        #expect(isInside("./a/../b", "."))
        #expect(!isInside("..", "."))
        #expect(!isInside("/nowhere/x", "/nowhere"))
    }
}
