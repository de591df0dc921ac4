import Dispatch

/// A thread of one task's own, on which it may wait for disks without keeping a thread from others.
///
/// Swift's own threads are as few as the processors: were they all to read files, nobody would look at
/// the clock of a command.
final class OwnThread: TaskExecutor {
  private let queue = DispatchQueue(label: "deed.check")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
