// Changes a folder as the words say, so that tests can kill it while it does:
//
//     change-folder FOLDER [write PATH TEXT] [keep PATH TEXT] [remove PATH] ...

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

var words = CommandLine.arguments.dropFirst()
let folder = words.popFirst() ?? ""
var changes: [FileChange] = []
while let verb = words.popFirst() {
    let path = words.popFirst() ?? ""
    switch verb {
    case "write", "keep":
        let file = RenderedFile(
            path: path,
            contents: Array((words.popFirst() ?? "").utf8),
            isExecutable: false
        )
        changes.append(.write(file, keepingOld: verb == "keep"))
    case "remove": changes.append(.remove(path: path))
    default: exit(64)
    }
}
do throws(ScaffoldError) {
    try WorkingFolder(folder).apply(changes)
} catch {
    print(error)
    exit(error.kind == .system ? 74 : 73)
}
