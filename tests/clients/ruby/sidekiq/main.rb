# SPDX-License-Identifier: Apache-2.0
#
# Sidekiq as its documentation says: a producer here, `sidekiq` in processes of its own, and the API that its web page uses.
require_relative "jobs"
require "sidekiq/api"

include Checks

BULK = 300

program do |processes|
  sidekiq = lambda do |*options|
    processes << spawn("/usr/bin/sidekiq", "-r", File.join(__dir__, "jobs.rb"), "-t", "1", *options)
    processes.last
  end
  default = Sidekiq::Queue.new("default")
  slow = Sidekiq::Queue.new("slow")
  retries = Sidekiq::RetrySet.new
  dead = Sidekiq::DeadSet.new

  # Jobs that wait before there is a worker; one process with one thread: priority of queues and order.
  %w[one two three].each { |text| Note.perform_async(text) }
  %w[first second].each { |text| Note.set(queue: "critical").perform_async(text) }
  seen "jobs wait for a worker", [default.size, Sidekiq::Queue.new("critical").size, Sidekiq::Stats.new.enqueued], [3, 2, 5]
  single = sidekiq.call("-c", "1", "-q", "critical", "-q", "default")
  eventually("the five jobs are done") { begun("note").size == 5 }
  seen "critical first, then in order", begun("note").flatten, %w[first second one two three]

  # A second process: they compete. A third one has a job that does not end.
  several = sidekiq.call("-c", "4", "-q", "default")
  busy = sidekiq.call("-c", "1", "-q", "slow")
  eventually("all processes have said who they are") { Sidekiq::ProcessSet.new.size == 3 }
  Long.perform_async
  eventually("the long job has begun") { begun("long").size == 1 }
  Sidekiq::Client.push_bulk("class" => Square, "args" => (0...BULK).map { |number| [number, "x" * 500] })
  eventually("all jobs of the bulk are done") { begun("square").size >= BULK && default.size.zero? }
  Sidekiq::ProcessSet.new.find { |process| process["pid"] == several }.stop!

  # Retries, the dead set, and a job for later.
  started = now
  later = Note.perform_in(3, "later")
  seen "a job for later is scheduled", Sidekiq::ScheduledSet.new.map(&:jid), [later]
  Flaky.perform_async
  [1, 2].each do |attempt|
    eventually("attempt #{attempt} failed") { begun("flaky").size == attempt && retries.size == 1 }
    seen "attempt #{attempt} is to be repeated", retries.first["error_message"], "not yet"
    retries.first.reschedule(Time.now.to_f)
  end
  eventually("the flaky job came right") { begun("flaky").size == 3 }
  Broken.perform_async(7)
  eventually("the broken job is to be repeated") { retries.size == 1 }
  retries.first.reschedule(Time.now.to_f)
  eventually("it is dead") { dead.size == 1 }
  seen "nothing more is to be repeated", retries.size, 0
  seen "who waits for a death is told", begun("exhausted"), [[7, "never works"]]
  seen "the dead job tells what it was", [dead.first.klass, dead.first.args], ["Broken", [7]]
  dead.first.retry
  eventually("it is repeated once more") { begun("broken").size == 3 }
  eventually("and fails") { dead.size + retries.size == 1 }
  [dead, retries].each(&:clear)
  eventually("the scheduled job is done") { begun("note").include?(["later"]) }
  seen "not before its time", now - started >= 3, true
  never = Note.perform_in(3600, "never")
  Sidekiq::ScheduledSet.new.find_job(never).delete
  seen "a scheduled job can be taken back", Sidekiq::ScheduledSet.new.size, 0

  # A process that is told to end in the middle of a job gives it back, and another one does it.
  eventually("the page shows who does the long job") { Sidekiq::Workers.new.map { |_, _, work| work["payload"]["class"] } == ["Long"] }
  seen "a process ends in order", stop(busy, "TERM"), 0
  seen "and gives its job back", slow.map(&:klass), ["Long"]
  last = sidekiq.call("-c", "1", "-q", "slow")
  eventually("another one does it") { begun("long").size == 2 && slow.size.zero? }
  seen "a process ends when the page says so", Process.wait2(several).last.exitstatus, 0
  seen "the others by signals", [single, last].map { |process| stop(process, "TERM") }, [0, 0]

  # All processes have written down what they did.
  seen "no job lost, none done twice", begun("square").flatten.sort, (0...BULK).to_a
  stats = Sidekiq::Stats.new
  seen "the counters say what was done, the long job's first run among the failed", [stats.processed, stats.failed],
       [BULK + 6 + 3 + 3 + 2, 2 + 3 + 1]
  seen "also day by day", [stats.processed, stats.failed], [:processed, :failed].map { |what| Sidekiq::Stats::History.new(2).send(what).values.sum }
  seen "nothing is left to do", [stats.enqueued, stats.retry_size, stats.dead_size, stats.scheduled_size, stats.processes_size], [0, 0, 0, 0, 0]
end
