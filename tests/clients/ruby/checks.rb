# SPDX-License-Identifier: Apache-2.0
#
# What the programs of this folder share: a line for each thing that was seen, an end with status 1 at the first that was not, and a
# file to which workers write which job they begin, so that a job that is done twice cannot hide.
require "json"
require "tmpdir"

module Checks
  LIMIT_SECONDS = 60

  module_function

  # Says that something is as expected, after comparing.
  def seen(what, actual, expected)
    abort "#{what}\n  expected: #{expected.inspect}\n  but was:  #{actual.inspect}" unless actual == expected
    puts "seen: #{what}"
    $stdout.flush
  end

  # Asks again until the answer is yes; fails when it is not for a minute.
  def eventually(what)
    limit = now + LIMIT_SECONDS
    until yield
      abort "not within #{LIMIT_SECONDS} s: #{what}" if now > limit
      sleep 0.01
    end
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  # A worker says that it begins something; it is written before the job can end.
  def begin_job(*what)
    File.open(ENV.fetch("BEGUN"), "a") { |file| file.write("#{JSON.generate(what)}\n") }
  end

  # What workers have begun so far under that name.
  def begun(name)
    File.readlines(ENV.fetch("BEGUN")).map { |line| JSON.parse(line) }.select { |what| what.first == name }.map { |what| what.drop(1) }
  end

  # Runs a program to its end; processes that it noted in the list it is given are killed then.
  def program
    processes = []
    Dir.mktmpdir("cofferdam-library-") do |folder|
      ENV["BEGUN"] = File.join(folder, "begun")
      File.write(ENV["BEGUN"], "")
      begin
        yield processes
      ensure
        processes.each { |process| stop(process, "KILL") }
      end
    end
    puts "ALL SEEN"
  end

  # Sends a signal to a process that this program started, and answers its exit status.
  def stop(process, signal)
    Process.kill(signal, process)
    Process.wait2(process).last.exitstatus
  rescue Errno::ESRCH, Errno::ECHILD
    nil
  end
end
