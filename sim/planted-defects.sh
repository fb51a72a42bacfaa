#!/usr/bin/env bash
# Plants each known defect into a copy of the tree and lets the simulator look for it.
#
#   sim/planted-defects.sh [NAME...]     all of them, or only those named
#   sim/planted-defects.sh --check       only looks whether each text is still there exactly once
#   SEEDS=3000                           random worlds for each; a defect that survives them all fails
#   SEED_COMMAND='...'                   runs the worlds in the current folder instead of Maven
#
# Exit 1 where a defect survives, 2 where one can no longer be planted: its text is gone or twice
# there, or it does not compile. What each one is, and what catches it: docs/simulator.md.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
seeds=${SEEDS:-3000}
seconds_max=${SECONDS_MAX:-600}
command=${SEED_COMMAND:-./mvnw -q -B -ntp -pl sim -am test -Dtest=SimulatorTest,HistoryWorldTest -Dsurefire.failIfNoSpecifiedTests=false -Dwindlass.seeds=$seeds}
isCheck=
[ "${1:-}" = --check ] && { isCheck=1; shift; }
only=("$@")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
survived=0
planted=0

for module in pom.xml mvnw .mvn chain vector queue peerset downloader wire store p2p node sim bench server; do
  [ -e "$root/$module" ] && cp -R "$root/$module" "$tree/"
done

is_wanted() {
  [ ${#only[@]} -eq 0 ] && return 0
  local name
  for name in "${only[@]}"; do [ "$name" = "$1" ] && return 0; done
  return 1
}

# defect NAME FILE OLD NEW: exactly one OLD in the file becomes NEW, the seeds run, and it goes back.
defect() {
  local name=$1 file=$tree/$2 old=$3 new=$4
  is_wanted "$name" || return 0
  local original changed
  original=$(cat "$file"; printf x)
  changed=${original/"$old"/"$new"}
  if [ "$changed" = "$original" ] || [[ ${original#*"$old"} == *"$old"* ]]; then
    echo "$name: its text is not there exactly once in $2" >&2
    exit 2
  fi
  if [ -n "$isCheck" ]; then
    planted=$((planted + 1))
    return 0
  fi
  printf %s "${changed%x}" > "$file"
  local log=$tree/defect.log status=0
  (cd "$tree" && timeout -k 5 "$seconds_max" bash -c "$command") > "$log" 2>&1 || status=$?
  printf %s "${original%x}" > "$file"
  if grep -qE 'COMPILATION ERROR|\.java:[0-9]+: error' "$log"; then
    echo "$name: does not compile" >&2
    grep -E 'ERROR|error' "$log" | head -5 >&2
    exit 2
  fi
  planted=$((planted + 1))
  if [ "$status" -eq 0 ]; then
    survived=$((survived + 1))
    echo "SURVIVED $name"
  elif [ "$status" -ge 124 ]; then
    echo "caught   $name: it hangs"
  else
    echo "caught   $name: $(grep -oE -m1 'seed [0-9]+: .*|AssertionFailedError: [a-z ]+: \{' "$log" | cut -c1-150)"
  fi
}

queue=queue/src/main/java/dev/windlass/queue
peerset=peerset/src/main/java/dev/windlass/peerset
core=downloader/src/main/java/dev/windlass/downloader

defect newest-first $queue/ReservationQueue.java \
  'for (long n = window.nextWanted(room.lowest(), limit);' \
  'for (long n = window.nextWanted(Math.max(room.lowest(), limit - 9), limit);'
defect nothing-given-back $queue/ReservationQueue.java \
  'window.release(n, reservation.id());' \
  'window.copies(n);'
defect ancestry-not-checked $queue/DeliveryMatch.java \
  'if (!window.parentOf(number).equals(block.parentHash())) {' \
  'if (number < 0) {'
defect lacks-ignored $queue/ReservationQueue.java \
  '&& !lacks.test(window.hash(number));' \
  '&& !lacks.test(Hash.ZERO);'
defect window-unbounded $queue/ReservationQueue.java \
  'return Math.min(end, window.base() + limits.windowBlocksMax());' \
  'return end;'
defect bytes-unbounded $queue/ReservationQueue.java \
  'return heldBytes() + bytes <= limits.windowBytesMax();' \
  'return bytes <= limits.windowBytesMax();'
defect inserted-bytes-kept $queue/ReservationQueue.java \
  'insertingBytes -= bytes;' \
  'insertingBytes -= bytes / 2;'
defect another-peers-reservation-closed $queue/Reservations.java \
  'return reservation != null && reservation.peer().equals(from) ? open.remove(id) : null;' \
  'return reservation != null && from != null ? open.remove(id) : null;'
defect overdue-peer-stays-busy $peerset/PeerSet.java \
  '    peer.ended(request.ticket());
    peer.timedOut' \
  '    peer.timedOut'
defect credits-ignored $peerset/Peer.java \
  'return requests.size() < creditsMax();' \
  'return requests.size() <= creditsMax();'
defect old-requests-kept $peerset/PeerSet.java \
  '    open.clear();
    peers.values().forEach(Peer::reset);' \
  '    peers.values().forEach(Peer::reset);'
defect ids-used-again $core/CoreState.java \
  'return ++lastTicket;' \
  'return ++lastTicket % 300;'
defect empty-is-a-lie $core/CoreState.java \
  'return Offence.of(delivery.verdict())' \
  'return Offence.of(delivery.items().isEmpty()
            ? dev.windlass.chain.exchange.Verdict.FABRICATED : delivery.verdict())'
defect liars-stay $core/CoreState.java \
  'act(ban);' \
  'act(new Action.DropPeer(peer, SyncError.BAD_PEER));'
defect bans-not-restored $core/PeerStanding.java \
  'nowNanos + Duration.between(now, ban.until()).toNanos()' \
  'nowNanos'
defect evidence-cut-short chain/src/main/java/dev/windlass/chain/exchange/EvidenceCut.java \
  'if (size(items) <= BYTES_MAX) {
      return Optional.of(new Evidence.Answer(question, items));' \
  'if (size(items) <= BYTES_MAX) {
      return Optional.of(new Evidence.Answer(question, items.subList(0, 1)));'
defect claims-cost-points peerset/src/main/java/dev/windlass/peerset/Peer.java \
  'boolean isItsHead = head.equals(shownHead) && head.equals(announced);' \
  'boolean isItsHead = true;
    shownHead = head;'
defect equal-weight-wins chain/src/main/java/dev/windlass/chain/store/ForkChoice.java \
  'return weight.compareTo(lead(store, parent(run.get(0)))) > 0;' \
  'return weight.compareTo(lead(store, parent(run.get(0)))) >= 0;'
defect claims-outweigh-the-tip $core/links/StoreWork.java \
  'return isReplacing && (isTrusted || !ForkChoice.isWeighed(store, head));' \
  'return isReplacing || (isTrusted && !ForkChoice.isWeighed(store, head));'
defect number-decides chain/src/main/java/dev/windlass/chain/store/ForkChoice.java \
  'if (!isWeighed(store, head)) {' \
  'if (head.number() >= 0) {'
defect banned-block-stays $core/links/BannedBlocks.java \
  'if (store.known(block.hash()).isPresent()) {' \
  'if (store.known(block.hash()).isPresent() && !store.isCanonical(block)) {'
defect never-hedged $core/BlockFetch.java \
  'if (late != null && isLate(late)) {' \
  'if (late != null && late.ticket() < 0) {'
defect inserts-not-counted-down $core/BlockFetch.java \
  '    inserting--;
' \
  ''
defect stuck-not-noticed $core/BlockFetch.java \
  'isLoading || inserting > 0 || isAnswerAwaited()' \
  'isLoading || inserting >= 0 || isAnswerAwaited()'
defect untrusted-steer $core/HeadClaims.java \
  'return !untrusted.contains(peer);' \
  'return peer != null;'
defect reason-is-always-the-store $core/BlockFetch.java \
  'boolean isForStore = context.queue.inFlight() == 0 && (isLoading || inserting > 0);' \
  'boolean isForStore = isLoading || inserting >= 0;'
defect unnumbered-heads-ignored $core/HeadClaims.java \
  'boolean isHigher = claim.number < 0 || claim.number > tip.number();' \
  'boolean isHigher = claim.number > tip.number();'
defect any-progress-is-a-pace $core/Sync.java \
  'if (pacedItems >= limits.paceItemsMin() || pacedBytes' \
  'if (pacedItems > 0 || pacedBytes'
defect cut-not-looked-for $core/BlockFetch.java \
  'if (sync.isProven()) {' \
  'if (sync.isProven() && missing < 0) {'
defect lies-are-kept $core/links/LinkStorage.java \
  'if (!segment.isProven() || (isAnchors && !isAnchorTrusted)) {' \
  'if (isAnchors && !isAnchorTrusted) {'
defect anchors-always-first $core/NextSync.java \
  'wasAnchor ? head.or(() -> anchor) : anchor.or(() -> head)' \
  'wasAnchor && anchor.isEmpty() ? head.or(() -> anchor) : anchor.or(() -> head)'
defect reorg-not-told $core/links/StoreChange.java \
  'BlockId ancestor = reorg.map(Reorg::ancestor).orElse(before);' \
  'BlockId ancestor = before;'
defect checkpoints-not-looked-up $core/Checkpoints.java \
  'return Arrays.binarySearch(numbers, number) >= 0;' \
  'return Arrays.binarySearch(numbers, number) == 1;'
defect empty-word-not-noted $queue/SlotSet.java \
  'filledWords[word >>> WORD_BITS] &= ~(1L << word);' \
  'filledWords[word >>> WORD_BITS] |= 1L << word;'
defect announced-asked-again $core/BlockFetch.java \
  'if (context.queue.put(held.block())) {' \
  'if (held.expiresNanos() < 0) {'
defect heights-not-spread $core/Heights.java \
  'peers.learn(block.hash(), block.number());' \
  'peers.learn(block.hash(), 0);'
defect heights-fall $peerset/Peer.java \
  'headNumber = Math.max(number, headNumber);' \
  'headNumber = number;'
defect pool-unbounded $core/AnnouncedBlocks.java \
  'while (held.size() >= BLOCKS_MAX || bytes + size > bytesMax) {' \
  'while (bytes + size > bytesMax) {'
defect cool-down-forgotten-on-reconnect $core/HeadClaims.java \
  '    untrusted.remove(peer);' \
  '    untrusted.remove(peer);
    cooling.forgive(peer);'
defect owed-asked-again $core/AskRules.java \
  '|| context.peers.isAskedBesides(peer.id(), item, hash);' \
  '|| hash == null;'
defect vain-questions-repeated $core/CoreState.java \
  'return peer.vainUntilNanos(Origin.block(block)) > nowNanos;' \
  'return peer.vainUntilNanos(Origin.block(block)) == nowNanos;'
defect waiting-head-is-not-shown $core/HeadClaims.java \
  'filter(entry -> entry.getValue().isConfirmed == isConfirmed)' \
  'filter(entry -> isConfirmed)'
defect zero-is-asked-for $core/walk/HeaderWalk.java \
  'boolean hasNoParent = nextHash.equals(Hash.ZERO);' \
  'boolean hasNoParent = false;'
defect heads-never-give-way $core/NextSync.java \
  'return Math.min(forHead, forAnchor);' \
  'return Math.max(forHead, forAnchor);'
defect bans-never-end $core/Conduct.java \
  'return nowNanos < Math.max(ban(peer).untilNanos,' \
  'return bans.containsKey(peer) || nowNanos < Math.max(ban(peer).untilNanos,'
defect pruned-up-to-the-head $core/Pruning.java \
  'return Math.min(lowest, context.tip.number() - keeping);' \
  'return Math.min(lowest, context.tip.number());'
defect count-of-blocks-is-one-more $core/walk/WalkEnd.java \
  'history = context.limits.history().below(number);' \
  'history = context.limits.history().below(number - 1);'

[ "$planted" -gt 0 ] || { echo "no defect of that name" >&2; exit 2; }
[ -z "$isCheck" ] || { echo "$planted can be planted"; exit 0; }
echo "$planted planted, $survived survived"
[ "$survived" -eq 0 ]
