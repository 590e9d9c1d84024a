// Starting programs: which variables they get.

import Foundation
import Testing

@testable import ProjectFiles

@Suite("Starting a program")
struct ProcessTests {
    @Test("passes its variables on, and never the API token")
    func token() throws {
        let given = ["API_TOKEN=secret", "API_TOKEN_FILE=f", "A=b"]
        let finished = try runCapturing("/usr/bin/env", [], environment: given)
        #expect(finished.code == 0)
        #expect(finished.output == "API_TOKEN_FILE=f\nA=b\n")
    }
}
