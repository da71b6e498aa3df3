# Packhorse. `make demo` shows it, `make test` proves it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Maven runs on a JDK 25 where one is found, since the formatter needs it; the build itself finds one by toolchain.
JDK25 := $(firstword $(wildcard /usr/lib/jvm/*25*) $(wildcard /opt/java/*25*) $(wildcard /opt/*jdk*25*))
MVN := $(if $(JDK25),JAVA_HOME=$(JDK25)) mvn -B -ntp
DIST := cli/target/packhorse

# How many JVMs share the tests of a module; each starts servers of its own.
FORKS := 2

# Tests that alone take every branch of the classes that the profile "coverage" names.
GUARDING_TESTS := Authenticator*Test,TokenFileTest,TokenStoreTest,LoginGuardTest,CodeGuardTest,LockoutKeeperTest,LoginSessionsTest,TallyTest,SecondFactorsTest,ByteNameTest,DirectoryTest,MemberPathTest,TarNumbersTest,RunEndingTest,H2JobQueueTest,RetentionPolicyTest,RetentionSettingsTest,RetentionTest,ClockGuardTest,AddressRangeTest,DumpScannerTest,DumpGrammarTest,TarReaderTest,ForeignTarTest,DumpTargetTest,MysqlDumpTest,MysqlLoadTest,PaxTimeTest,HostileArchiveTest

.PHONY: help demo test build bench bench-api bench-day-two bench-night bench-uploads prove coverage mutation format check-jdk test-servers

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: check-jdk ## build, back up a small hosting server, destroy an account, bring it back
	@echo "building ..."
	@$(MVN) -q package -Dmaven.test.skip=true -Derrorprone.plugin=-XDunchecked -Dspotless.check.skip=true -Denforcer.skip=true
	@cli/src/demo/demo.sh $(DIST)

test: check-jdk test-servers ## install missing test servers, build, run every test
	@$(MVN) verify -DforkCount=$(FORKS)
	@.ci/check-must-run
	@cli/src/demo/demo.sh $(DIST)
	@$(DIST)/bin/packhorse-warm-up

build: check-jdk ## the distribution under cli/target/packhorse
	@$(MVN) -q package -Dmaven.test.skip=true
	@test -x $(DIST)/bin/packhorse && echo "built $(DIST)"

PROOFS := SimulationTest,*NthCallTest,*PowerCutTest,ReplacedArchiveTest,SlowDestinationTest,YearOfNightsTest,RetentionReferenceTest,ArchiveFuzzTest,Crash*Test,*RaceTest,*CutTest,HomedirReuseTest,DaemonKillTest,TwoDaemonsKillTest,ThreeDaemonsTest,PostgresKillTest,TwoServersOneNameTest,TwoNodesTest,QueueRateTest,LongQueueStartTest,StopUnderLoadTest,SoakTest

prove: check-jdk test-servers ## the long versions of the tests behind docs/guarantees.md, and a table of what they showed (hours; PROOFS=SoakTest)
	@rm -rf */target/surefire-reports
	@$(MVN) -fae test -Dsurefire.failIfNoSpecifiedTests=false -Dmaven.test.failure.ignore=true -Dpackhorse.simulation.seeds=10000 -Dpackhorse.kills=1000 \
	  -Dpackhorse.calls.step=1 -Dpackhorse.power.seeds=100 -Dpackhorse.power.cuts=600 -Dpackhorse.two.rounds=50 -Dpackhorse.postgres.kills=100 -Dpackhorse.nodes.lease=60 -Dpackhorse.bounds=tight -Dpackhorse.races=1000 -Dpackhorse.cuts=100 -Dpackhorse.crashRounds=200 -Dpackhorse.fuzz.seconds=300 -Dpackhorse.soak.minutes=30 \
	  -Dtest='$(PROOFS)'
	@.ci/proof-table '$(PROOFS)'

coverage: check-jdk test-servers ## fails unless every branch of the guarding classes is taken by their tests
	@$(MVN) -Pcoverage -pl transports,engine -am test -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtest='$(GUARDING_TESTS)'

mutation: check-jdk test-servers ## fails unless tests see four in five of the faults planted in the guarding classes (an hour; GROUP=dump)
	@$(MVN) -Pmutation -pl transports,engine -am test -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  $(if $(GROUP),-Dmutation.skip=true -Dmutation.skip.$(GROUP)=false)

bench: build test-servers ## compare with pigz, restic, borg, rsync and, for uploads, rclone and curl; writes docs/performance.md (BENCH="--only full-mixed --pairs 3")
	@python3 bench/run.py $(BENCH)
	@[ -n "$(BENCH)" ] || python3 bench/night.py
	@[ -n "$(BENCH)" ] || python3 bench/uploads.py --document docs/performance.md
	@[ -n "$(BENCH)" ] || python3 bench/day_two.py --document docs/performance.md

bench-uploads: build test-servers ## one archive sent by Packhorse, rclone, sftp, curl and rsync (BENCH="--only s3 --size 200M")
	@python3 bench/uploads.py $(BENCH)

bench-day-two: build test-servers ## what goes over the wire to S3 and Backblaze on an account's second day (BENCH="--only s3")
	@python3 bench/day_two.py $(BENCH)

bench-night: build ## a night of 1,000 accounts against what the stages' limits allow (BENCH="--accounts 100")
	@python3 bench/night.py $(BENCH)

bench-api: build ## the API under load, and how long a cold `whmapi1 version` takes (BENCH="--seconds 10")
	@python3 bench/api_load.py $(BENCH)

format: check-jdk ## format all sources
	@$(MVN) -q spotless:apply

check-jdk:
	@command -v mvn >/dev/null || { echo "Maven is missing: install the package maven (3.8.7 or newer)"; exit 1; }
	@test -n "$(JDK25)" || { echo "no JDK 25 under /usr/lib/jvm: install one, for example the package temurin-25-jdk"; exit 1; }

test-servers:
	@.ci/install-test-servers
	@.ci/fetch-test-jars
	@.ci/fetch-test-clients
