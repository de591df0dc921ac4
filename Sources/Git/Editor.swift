import Subprocess
import SystemPackage

extension Repository {
  /// Opens a file in the user's editor, as git chooses it, on the terminal of this process.
  package func edit(_ path: String) async throws(GitError) {
    let choice = try await program.run(["var", "GIT_EDITOR"])
    let editor = choice.text.split(separator: "\n").first.map(String.init) ?? "vi"
    guard choice.status == 0 else {
      throw GitError(
        .program, "git knows no editor: \(choice.complaint)", hint: "git config core.editor vi")
    }
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment {
      if let key = Environment.Key(rawValue: name) { variables[key] = value }
    }
    do {
      // As git runs it: a shell's words, with the file as a further argument.
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", "\(editor) \"$@\"", editor, path],
        environment: .custom(variables), input: .currentStandardInput,
        output: .currentStandardOutput, error: .currentStandardError)
      guard result.terminationStatus.isSuccess else {
        throw GitError(.program, "the editor failed (\(editor))")
      }
    } catch let error as GitError {
      throw error
    } catch {
      throw GitError(.program, "cannot run the editor (\(editor)): \(error)")
    }
  }
}
