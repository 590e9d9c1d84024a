// Programs with limits: they end in time, with all that they started.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("Programs with limits", .serialized)
struct LimitedProcessTests {
    /// Runs a script of the shell.
    private func run(
        _ script: String,
        seconds: Int = 60,
        bytes: Int = 1 << 20,
        output: String? = nil
    ) throws -> LimitedEnding {
        try runLimited(
            "/bin/sh",
            ["-c", script],
            environment: ["PATH=/usr/bin:/bin"],
            output: output,
            ProgramLimits(seconds: seconds, fileBytes: bytes)
        )
    }

    @Test("end with their code and their errors, and write their output to a file")
    func ends() throws {
        try withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            let ending = try run("echo out; echo bad >&2; exit 3", output: output.path)
            #expect(ending == .exited(code: 3, output: "bad\n"))
            #expect(try String(contentsOf: output, encoding: .utf8) == "out\n")
        }
    }

    @Test("that take too long are ended with what they started, whether or not it is waited for")
    func tooLong() throws {
        for script in ["sleep 50 & echo $!; wait", "exec 2>&-; sleep 50 & echo $!; wait"] {
            try withTemporaryFolder { folder in
                let output = folder.appending(path: "output")
                #expect(try run(script, seconds: 3, output: output.path) == .tooLong)
                let text = try String(contentsOf: output, encoding: .utf8)
                let process = try #require(Int32(text.split(separator: "\n").first ?? ""))
                // Somebody has to collect it first.
                for _ in 0..<100 where kill(process, 0) == 0 { usleep(20_000) }
                let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
                #expect(kill(process, 0) != 0 || state?.contains(") Z ") == true)
            }
        }
    }

    @Test("cannot write files that are larger than the limit; this process can")
    func tooLarge() throws {
        try withTemporaryFolder { folder in
            let large = folder.appending(path: "large").path
            let ending = try run("head -c 100000 /dev/zero > '\(large)'", bytes: 5000)
            guard case .exited(let code, let output) = ending else {
                Issue.record("\(ending)")
                return
            }
            #expect(code != 0 && output.contains("File too large"), "\(output)")
            let size = try FileManager.default.attributesOfItem(atPath: large)[.size] as? Int
            #expect(try #require(size) <= 5000)
            try Data(count: 100_000).write(to: folder.appending(path: "own"))
        }
    }
}
