// A geth in this process, driven as its beacon node would drive it. Its chain is after the merge and
// before Shanghai, with empty blocks.
package main

import (
	"context"
	"log"
	"math/big"

	"github.com/ethereum/go-ethereum/beacon/engine"
	"github.com/ethereum/go-ethereum/consensus/beacon"
	"github.com/ethereum/go-ethereum/consensus/ethash"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/catalyst"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"
)

type geth struct {
	stack   *node.Node
	engine  *catalyst.ConsensusAPI
	genesis *core.Genesis
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func startGeth() *geth {
	rules := *params.AllEthashProtocolChanges
	rules.TerminalTotalDifficulty = big.NewInt(0)
	rules.Ethash = nil
	genesis := &core.Genesis{Config: &rules, GasLimit: 30_000_000, Difficulty: big.NewInt(0), BaseFee: big.NewInt(params.InitialBaseFee)}
	config := node.DefaultConfig
	config.DataDir = ""
	config.P2P = p2p.Config{NoDiscovery: true, ListenAddr: "127.0.0.1:0", MaxPeers: 5}
	stack, err := node.New(&config)
	must(err)
	eths := ethconfig.Defaults
	eths.Genesis = genesis
	eths.NetworkId = 1337
	eths.SyncMode = ethconfig.FullSync
	backend, err := eth.New(stack, &eths)
	must(err)
	filter := filters.NewFilterAPI(filters.NewFilterSystem(backend.APIBackend, filters.Config{}))
	stack.RegisterAPIs([]rpc.API{{Namespace: "eth", Service: filter}})
	must(stack.Start())
	return &geth{stack, catalyst.NewConsensusAPI(backend), genesis}
}

// branch makes blocks 1 to length. Above the number shared they differ from those of another name.
func (g *geth) branch(name string, shared, length int) []*types.Block {
	_, blocks, _ := core.GenerateChainWithGenesis(g.genesis, beacon.New(ethash.NewFaker()), length, func(i int, block *core.BlockGen) {
		if i >= shared {
			block.SetExtra([]byte(name))
		}
	})
	return blocks
}

// give hands blocks over as payloads, and none of them as the head.
func (g *geth) give(blocks []*types.Block) {
	for _, block := range blocks {
		payload := engine.BlockToExecutableData(block, big.NewInt(0), nil, nil).ExecutionPayload
		answer, err := g.engine.NewPayloadV1(context.Background(), *payload)
		must(err)
		if answer.Status != engine.VALID && answer.Status != engine.ACCEPTED {
			log.Fatalf("block %d is %s", block.NumberU64(), answer.Status)
		}
	}
}

// lead makes a block the head.
func (g *geth) lead(block *types.Block) {
	answer, err := g.engine.ForkchoiceUpdatedV1(context.Background(), engine.ForkchoiceStateV1{HeadBlockHash: block.Hash()}, nil)
	must(err)
	if answer.PayloadStatus.Status != engine.VALID {
		log.Fatalf("block %d is %s as head", block.NumberU64(), answer.PayloadStatus.Status)
	}
}

// follow makes each of these blocks the head in turn.
func (g *geth) follow(blocks []*types.Block) {
	for _, block := range blocks {
		g.give([]*types.Block{block})
		g.lead(block)
	}
}
