# SPDX-License-Identifier: MIT
"""The workers of python_cases.py: made once per launch, bound to their processors, asked round by round."""
import ctypes
import multiprocessing
import os
import signal
import threading
import time

mp = multiprocessing.get_context("fork")
now_ns = time.monotonic_ns


def die_with_parent():
    """Die with the parent, so that nobody is left alone, for instance in a barrier: prctl(PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Wrong(Exception):
    """A round gave a wrong result."""


class Team:
    """The workers of a launch. Each waits for a batch, runs it, and reports its times and its result."""

    def __init__(self, case, workers, cpus):
        self.case, self.cpus = case, cpus
        self.batch = mp.RawValue(ctypes.c_int64)
        self.barrier = (threading if case.threads else mp).Barrier(workers + 1)
        self.ends = [mp.Pipe(False) for _ in range(workers)]
        make = threading.Thread if case.threads else mp.Process
        self.members = [make(target=self.member, args=(index,)) for index in range(workers)]
        for member in self.members:
            member.start()

    def member(self, index):
        if not self.case.threads:
            die_with_parent()
        if self.cpus[index] is not None:
            os.sched_setaffinity(0, {self.cpus[index]})
        self.case.prepare(index)
        while True:
            self.barrier.wait()
            if not self.batch.value:
                break
            result, wrong, begin_ns = None, "", now_ns()
            try:
                result = self.case.work(index, self.batch.value)
            except Wrong as error:
                wrong = str(error)
            self.ends[index][1].send((begin_ns, now_ns(), result, wrong))
        self.case.finish(index)

    def round(self, batch):
        self.batch.value = batch
        self.barrier.wait()
        answers = [end.recv() for end, _ in self.ends]
        results = [answer[2] for answer in answers]
        wall_ns = max(answer[1] for answer in answers) - min(answer[0] for answer in answers)
        wrong = next((answer[3] for answer in answers if answer[3]), "")
        one = {"batch": batch, "wall_ns": wall_ns, "ops": 0, "metrics": {}, "wrong": wrong}
        if not wrong:
            try:
                one["metrics"] = self.case.check(batch, wall_ns, results)
                one["ops"] = self.case.ops(batch, results)
            except Wrong as error:
                one["wrong"] = str(error)
        return one

    def end(self):
        self.batch.value = 0
        self.barrier.wait()
        for member in self.members:
            member.join()


def launch(kind, order):
    """One launch of a case as ordered: a list of rounds. The first is warm-up."""
    case = kind(order["params"], order["workers"])
    team = Team(case, order["workers"], order["cpus"])
    batch = case.batch or 1
    while not case.batch and team.round(batch)["wall_ns"] < order["epoch_ns"] / 2 and batch < 1 << 30:
        batch *= 2
    rounds = [team.round(batch) for _ in range(order["rounds"])]
    team.end()
    return rounds
