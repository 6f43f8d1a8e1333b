/* SPDX-License-Identifier: MIT */
/*
 * The gate on synthetic noise: how often is an unchanged suite called slower, how often is a slowdown
 * of 5 % found? The decision code is the real one; only the epochs are made up.
 *
 * An unchanged case is red if the screen is red and fresh pairs are red again. Both draw from the
 * same noise, independently, so its probability is s * s with s the probability of one red stage.
 * Counting red stages measures s to about a tenth, with some ten thousand draws; counting red
 * suites themselves would take a hundred times as many to see two in a thousand. So the tests bound
 * s from above with 99 % confidence, and put that bound, squared, against 0.2 % of suites of 24.
 * They also run both stages through the whole rule, to see that it does what is claimed of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "harness/stats/stats.h"
#include "harness/stats/verdict.h"

#define PAIRS       10
#define ROUNDS      10 /* a quarter of the default: harder for the rule, cheaper for the test */
#define SUITE       24
#define NULL_STAGES 20000
#define SUITE_ALARM 0.002

/* The noise of one kind of machine, as natural logarithms, except for probabilities. */
struct noise {
	const char *name;
	double launch_sd;            /* layout: drawn once per runner, fixed for its life */
	double jitter_sd;            /* each epoch */
	double drift_sd, drift_keep; /* AR(1) over the epochs of both sides in their order */
	double step_chance, step_sd; /* level steps: a neighbour comes or goes */
	double slow, enter, leave;   /* a slow mode: how slow, and its Markov chain */
};

static const struct noise workstation = {
	"workstation", 0.004, 0.01, 0.002, 0.98, 0.0005, 0.02, 0.3, 0.002, 0.3,
};
static const struct noise cloud = {
	"cloud", 0.010, 0.03, 0.010, 0.98, 0.005, 0.08, 0.5, 0.02, 0.2,
};
static const struct noise shared = {
	"shared VM", 0.025, 0.06, 0.030, 0.95, 0.02, 0.20, 0.5, 0.10, 0.17,
};

struct machine {
	const struct noise *noise;
	struct random random;
	double drift, level;
	bool slow;
	double spare; /* the second of two normal numbers */
	bool has_spare;
};

static double uniform(struct random *random)
{
	return ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
}

/* Marsaglia's polar method: two normal numbers at a time. */
static double normal(struct machine *machine)
{
	double x, y, square;

	if (machine->has_spare) {
		machine->has_spare = false;
		return machine->spare;
	}
	do {
		x = 2 * uniform(&machine->random) - 1;
		y = 2 * uniform(&machine->random) - 1;
		square = x * x + y * y;
	} while (square >= 1 || square == 0);
	const double scale = sqrt(-2 * log(square) / square);

	machine->spare = y * scale;
	machine->has_spare = true;
	return x * scale;
}

static bool chance(struct machine *machine, double probability)
{
	return uniform(&machine->random) < probability;
}

/* One epoch in ns, of a runner whose layout costs LAYOUT and whose code costs COST. */
static double epoch(struct machine *machine, double layout, double cost)
{
	const struct noise *noise = machine->noise;

	machine->drift = noise->drift_keep * machine->drift + noise->drift_sd * normal(machine);
	if (chance(machine, noise->step_chance))
		machine->level = noise->step_sd * normal(machine);
	machine->slow = machine->slow ? !chance(machine, noise->leave)
				      : chance(machine, noise->enter);
	return cost * exp(layout + machine->drift + machine->level +
			  (machine->slow ? noise->slow : 0) + noise->jitter_sd * normal(machine));
}

/* One stage of the gate: PAIRS pairs of runners, ABBA, as pair_run() does. */
static enum verdict stage(struct machine *machine, double slowdown, bool swapped, double delta)
{
	struct pair_logs logs = {.count = 0};
	double cost[2][ROUNDS];

	for (unsigned pair = 0; pair < PAIRS; pair++) {
		const double layout[2] = {machine->noise->launch_sd * normal(machine),
					  machine->noise->launch_sd * normal(machine)};
		const bool head_first = (pair & 1) ^ swapped;

		for (unsigned round = 0; round < ROUNDS; round++) {
			const int first = (int)((round & 1) ^ head_first);

			for (int turn = 0; turn < 2; turn++) {
				const int side = first ^ turn;

				cost[side][round] = epoch(machine, layout[side],
							  side ? 100 * slowdown : 100);
			}
		}
		verdict_add_pair(&logs, cost[0], cost[1], ROUNDS);
	}
	const struct estimate estimate = verdict_estimate(&logs);

	return verdict_of_estimate(&estimate, delta);
}

/* The whole rule for one case. */
static enum verdict gate(struct machine *machine, double slowdown)
{
	const double delta = verdict_delta(VERDICT_EFFECT, NAN);
	enum verdict screen = stage(machine, slowdown, false, delta);

	if (!verdict_wants_confirmation(screen))
		return screen;
	return verdict_confirm(screen, stage(machine, slowdown, true, delta));
}

static struct machine machine_of(const struct noise *noise, uint64_t seed)
{
	struct machine machine = {.noise = noise};

	random_seed(&machine.random, seed);
	return machine;
}

/* Upper end of Wilson's 98 % interval of COUNT successes in DRAWS: 99 % one-sided. */
static double upper_bound(unsigned count, unsigned draws)
{
	const double z = 2.326, n = draws, p = count / n;

	return (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) /
	       (1 + z * z / n);
}

static double suite_alarm(double stage_alarm)
{
	return 1 - pow(1 - stage_alarm * stage_alarm, SUITE);
}

/* Red stages on an unchanged case, and red verdicts of the whole rule. */
static void check_false_alarms(const struct noise *noise, uint64_t seed)
{
	struct machine machine = machine_of(noise, seed);
	const double delta = verdict_delta(VERDICT_EFFECT, NAN);
	unsigned red_stages = 0, red = 0;

	for (unsigned i = 0; i < NULL_STAGES; i++) {
		enum verdict screen = stage(&machine, 1, false, delta);

		red_stages += screen == VERDICT_SLOWER;
		if (screen == VERDICT_SLOWER)
			red += verdict_confirm(screen, stage(&machine, 1, true, delta)) ==
			       VERDICT_SLOWER;
	}
	const double bound = suite_alarm(upper_bound(red_stages, NULL_STAGES));

	print_message("%s: %u of %u stages red, %u confirmed; red suites below %.3f %%\n",
		      noise->name, red_stages, NULL_STAGES, red, 100 * bound);
	assert_true(bound <= SUITE_ALARM);
	assert_true(red <= 2); /* of 833 suites */
}

static void workstation_is_not_red_by_luck(void **state)
{
	(void)state;
	check_false_alarms(&workstation, 1);
}

static void cloud_is_not_red_by_luck(void **state)
{
	(void)state;
	check_false_alarms(&cloud, 2);
}

static void shared_vm_is_not_red_by_luck(void **state)
{
	(void)state;
	check_false_alarms(&shared, 3);
}

/* Is the noise there at all? Without a smallest effect a screen must be red in about 1.1 %. */
static void sign_test_has_its_level(void **state)
{
	struct machine machine = machine_of(&cloud, 4);
	unsigned red = 0;

	(void)state;
	for (unsigned i = 0; i < 6000; i++)
		red += stage(&machine, 1, false, 0) == VERDICT_SLOWER;
	print_message("cloud without a smallest effect: %.2f %% of stages red\n", red / 60.0);
	assert_true(red > 0.0065 * 6000 && red < 0.0155 * 6000); /* 11 / 1024, 3.3 sd around */
}

static unsigned caught(const struct noise *noise, double slowdown, unsigned draws, uint64_t seed)
{
	struct machine machine = machine_of(noise, seed);
	unsigned count = 0;

	for (unsigned i = 0; i < draws; i++)
		count += gate(&machine, slowdown) == VERDICT_SLOWER;
	print_message("%s: %+.0f %% caught %u of %u times\n", noise->name, 100 * (slowdown - 1),
		      count, draws);
	return count;
}

static void five_per_cent_is_caught(void **state)
{
	(void)state;
	/* 95 % with a margin: if the truth were 95 %, 296 of 300 would be luck of one in a thousand */
	assert_true(caught(&workstation, 1.05, 300, 5) >= 296);
}

static void twenty_per_cent_is_caught_in_a_cloud(void **state)
{
	(void)state;
	assert_true(caught(&cloud, 1.20, 200, 6) >= 198);
}

/* Faster code is never called slower, and it is found too. */
static void five_per_cent_faster_is_seen(void **state)
{
	struct machine machine = machine_of(&workstation, 7);
	unsigned faster = 0;

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		enum verdict verdict = gate(&machine, 1 / 1.05);

		assert_int_not_equal(verdict, VERDICT_SLOWER);
		faster += verdict == VERDICT_FASTER;
	}
	assert_true(faster >= 196);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workstation_is_not_red_by_luck),
		cmocka_unit_test(cloud_is_not_red_by_luck),
		cmocka_unit_test(shared_vm_is_not_red_by_luck),
		cmocka_unit_test(sign_test_has_its_level),
		cmocka_unit_test(five_per_cent_is_caught),
		cmocka_unit_test(twenty_per_cent_is_caught_in_a_cloud),
		cmocka_unit_test(five_per_cent_faster_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
