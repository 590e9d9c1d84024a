// The built library by itself: called from Swift, from C under valgrind, and a hundred thousand times
// from Python.

import Foundation
import TestSupport
import Testing

/// A library with handlers in Swift, loaded into this process.
private final class LoadedLibrary {
    typealias Read =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?, Int64,
            UnsafeMutablePointer<Int64>
        ) -> Void
    typealias Answer =
        @convention(c) (
            UnsafePointer<UInt8>?, Int64, UnsafePointer<UInt32>?, Int64, Read?,
            UnsafeMutableRawPointer?, UnsafeMutablePointer<Int64>
        ) -> Int32
    typealias Next = @convention(c) (UnsafeMutablePointer<Int64>) -> Int32
    typealias Release = @convention(c) (UnsafeMutablePointer<Int64>) -> Void

    /// Where the members of `web_response` lie, in numbers of 64 bits.
    enum Slot: Int {
        case state, head, headSize, piece, pieceSize, log, logSize, more, room
    }

    private let handle: UnsafeMutableRawPointer
    private let answer: Answer
    private let next: Next
    private let release: Release
    /// A `web_response`.
    private let response: UnsafeMutablePointer<Int64>

    init(_ file: URL) throws {
        let handle = try #require(
            dlopen(file.path, RTLD_NOW | RTLD_LOCAL),
            "\(dlerror().map { String(cString: $0) } ?? "")"
        )
        self.handle = handle
        answer = unsafeBitCast(try #require(dlsym(handle, "web_answer")), to: Answer.self)
        next = unsafeBitCast(try #require(dlsym(handle, "web_next")), to: Next.self)
        release = unsafeBitCast(try #require(dlsym(handle, "web_release")), to: Release.self)
        let size = Slot.room.rawValue + 2048 / 8
        response = .allocate(capacity: size)
        response.initialize(repeating: 0, count: size)
    }

    deinit {
        response.deallocate()
        dlclose(handle)
    }

    subscript(_ slot: Slot) -> Int64 { response[slot.rawValue] }

    /// The bytes that two members of `web_response` point to.
    private func bytes(_ start: Slot, _ count: Slot) -> [UInt8] {
        let pointer = UnsafePointer<UInt8>(bitPattern: Int(self[start]))
        return Array(UnsafeBufferPointer(start: pointer, count: Int(self[count])))
    }

    var head: [String] {
        let bytes = bytes(.head, .headSize)
        func number(_ index: Int) -> Int {
            bytes.withUnsafeBytes {
                Int($0.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
            }
        }
        var start = 4 * (1 + number(0))
        return (1...number(0)).map { index in
            defer { start += number(index) }
            return String(decoding: bytes[start..<start + number(index)], as: UTF8.self)
        }
    }
    var piece: String { String(decoding: bytes(.piece, .pieceSize), as: UTF8.self) }
    var log: String { String(decoding: bytes(.log, .logSize), as: UTF8.self) }

    /// Makes a request, with a body that is read in pieces of at most a thousand bytes.
    func ask(_ method: String, _ path: String, body: [UInt8] = []) -> Int32 {
        let texts = [
            "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "CONTENT_LENGTH",
            method, "", path, "\(body.count)",
        ]
        var rest = body[...]
        return withUnsafeMutablePointer(to: &rest) { rest in
            answer(
                Array(texts.joined().utf8),
                Int64(texts.joined().utf8.count),
                texts.map { UInt32($0.utf8.count) },
                Int64(texts.count / 2),
                { context, buffer, capacity, count in
                    guard let rest = context?.assumingMemoryBound(to: ArraySlice<UInt8>.self)
                    else { return }
                    let piece = rest.pointee.prefix(min(1000, Int(capacity)))
                    rest.pointee = rest.pointee.dropFirst(piece.count)
                    _ = UnsafeMutableBufferPointer(start: buffer, count: piece.count)
                        .update(from: piece)
                    count.pointee = Int64(piece.count)
                },
                rest,
                response
            )
        }
    }

    func goOn() -> Int32 { next(response) }
    func end() { release(response) }
}

@Suite("A library of handlers in Swift", .lane(.full))
struct SwiftLibraryTests {
    private static func library() async throws -> URL {
        try await BuiltLibraries.shared.project("servers").appending(path: "libHello.so")
    }

    @Test("answers a program in Swift that loads it")
    func loaded() async throws {
        let library = try LoadedLibrary(await Self.library())
        #expect(library.ask("GET", "/capture/tea/42") == 0)
        #expect(library.head.first == "200 OK")
        #expect(library.head.contains("text/plain; charset=utf-8"))
        #expect(library.piece == "tea 42 ")
        #expect(library[.state] == 0 && library[.more] == 0)

        #expect(library.ask("GET", "/nowhere") == 0)
        #expect(library.head.first == "404 Not Found")
        #expect(library.log.isEmpty)

        let body = (0..<100_000).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        #expect(library.ask("POST", "/echo", body: body) == 0)
        #expect(library.piece == String(decoding: body, as: UTF8.self))
        #expect(library[.state] != 0 && library[.more] == 0)
        library.end()
        #expect(library[.state] == 0 && library[.pieceSize] == 0)
    }

    @Test("streams, and can be left in the middle of it")
    func streamed() async throws {
        let library = try LoadedLibrary(await Self.library())
        #expect(library.ask("GET", "/stream") == 0)
        var lines: [String] = []
        while library[.more] == 1 {
            #expect(library.goOn() == 0)
            lines.append(library.piece)
        }
        #expect(lines == (1...10).map { "line \($0)\n" } + [""])
        library.end()

        #expect(library.ask("GET", "/stream") == 0)
        #expect(library.goOn() == 0)
        library.end()
        library.end()
        #expect(library.goOn() == -1)

        #expect(library.ask("GET", "/broken") == 0)
        #expect(library.goOn() == 0)
        #expect(library.goOn() == -1)
        #expect(library.log.contains("StreamHandler.get failed: Failure"))
        library.end()
    }

    @Test("can be loaded again and again")
    func again() async throws {
        let file = try await Self.library()
        for _ in 1...20 {
            let library = try LoadedLibrary(file)
            #expect(library.ask("GET", "/failing") == 0)
            #expect(library.head.first == "500 Internal Server Error")
            #expect(library.log.contains("FailingHandler.get failed: Failure"))
            library.end()
        }
    }

    @Test(
        "does not grow with a hundred thousand requests",
        .needs(.hostPython)
    )
    func memory() async throws {
        let project = try await BuiltLibraries.shared.project("servers")
        let python = try #require(ProjectCase.interpreters.last)
        let finished = try await runUnittests(
            python.path,
            in: hostScript.deletingLastPathComponent().appending(path: "swift-memory"),
            environment: ["PYTHONPATH": project.path]
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }

    @Test(
        "loses no memory and reads none that it should not",
        .needs("valgrind")
    )
    func boundary() async throws {
        let project = try await BuiltLibraries.shared.project("servers")
        try await withTemporaryFolder { folder in
            let program = folder.appending(path: "boundary").path
            let source = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "C/boundary.c").path
            let include = project.appending(path: "Sources/CInterface").path
            let options = ["-Wall", "-Wextra", "-Werror", "-O2", "-g", "-I", include]
            let compiled = try await run("clang", options + ["-o", program, source, "-ldl"])
            try #require(compiled.exitCode == 0, "\(compiled)")

            let library = project.appending(path: "libHello.so").path
            let finished = try await run(program, [library, "100000"])
            #expect(finished.exitCode == 0, "\(finished)")
            let checked = try await run(
                "valgrind",
                [
                    "--leak-check=full", "--show-leak-kinds=definite",
                    "--errors-for-leak-kinds=definite", "--error-exitcode=9",
                    program, library, "20000",
                ]
            )
            #expect(checked.exitCode == 0, "\(checked)")
            #expect(checked.stdout.hasPrefix("20000 requests"), "\(checked)")
            #expect(checked.stderr.contains("definitely lost: 0 bytes in 0 blocks"), "\(checked)")
            #expect(checked.stderr.contains("ERROR SUMMARY: 0 errors"), "\(checked)")
        }
    }
}
