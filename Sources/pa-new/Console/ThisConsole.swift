// The console on PythonAnywhere in which pa-new runs, if it does.

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Returns the console on PythonAnywhere in which pa-new runs; nil on any other computer.
func thisConsole() -> HostConsole? {
    let names = ["HOME", "USER", "PYTHONANYWHERE_DOMAIN", "PYTHONANYWHERE_SITE"]
    let values = names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return HostConsole(
        environment: Dictionary(uniqueKeysWithValues: values),
        folder: String(cString: path)
    )
}
