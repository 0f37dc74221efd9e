// A provider that knows the google provider's schema and nothing else. Terraform validates and tests our folders
// against it where the real provider, which needs HashiCorp's registry, cannot be had. It cannot plan or create anything.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const address = "registry.terraform.io/hashicorp/google"

//go:embed google-schema.json
var schemaText []byte

type attributeText struct {
	Type      json.RawMessage `json:"type"`
	Required  bool            `json:"required"`
	Optional  bool            `json:"optional"`
	Computed  bool            `json:"computed"`
	Sensitive bool            `json:"sensitive"`
}

type nestedText struct {
	NestingMode string    `json:"nesting_mode"`
	Block       blockText `json:"block"`
	MinItems    int64     `json:"min_items"`
	MaxItems    int64     `json:"max_items"`
}

type blockText struct {
	Attributes map[string]attributeText `json:"attributes"`
	BlockTypes map[string]nestedText    `json:"block_types"`
}

type schemaOf struct {
	Version int64     `json:"version"`
	Block   blockText `json:"block"`
}

type providerText struct {
	Provider    schemaOf            `json:"provider"`
	Resources   map[string]schemaOf `json:"resource_schemas"`
	DataSources map[string]schemaOf `json:"data_source_schemas"`
}

var nestings = map[string]tfprotov5.SchemaNestedBlockNestingMode{
	"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
	"list":   tfprotov5.SchemaNestedBlockNestingModeList,
	"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
}

func (text blockText) block() (*tfprotov5.SchemaBlock, error) {
	block := &tfprotov5.SchemaBlock{}
	for name, attribute := range text.Attributes {
		//lint:ignore SA1019 The only public reader of the format that `terraform providers schema -json` writes.
		kind, err := tftypes.ParseJSONType(attribute.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		block.Attributes = append(block.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: kind, Required: attribute.Required, Optional: attribute.Optional,
			Computed: attribute.Computed, Sensitive: attribute.Sensitive,
		})
	}
	for name, nested := range text.BlockTypes {
		mode, known := nestings[nested.NestingMode]
		if !known {
			return nil, fmt.Errorf("%s: unknown nesting mode %q", name, nested.NestingMode)
		}
		inner, err := nested.Block.block()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		block.BlockTypes = append(block.BlockTypes, &tfprotov5.SchemaNestedBlock{
			TypeName: name, Block: inner, Nesting: mode, MinItems: nested.MinItems, MaxItems: nested.MaxItems,
		})
	}
	return block, nil
}

func (text schemaOf) schema() (*tfprotov5.Schema, error) {
	block, err := text.Block.block()
	if err != nil {
		return nil, err
	}
	return &tfprotov5.Schema{Version: text.Version, Block: block}, nil
}

func schemas(texts map[string]schemaOf) (map[string]*tfprotov5.Schema, error) {
	result := map[string]*tfprotov5.Schema{}
	for name, text := range texts {
		schema, err := text.schema()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		result[name] = schema
	}
	return result, nil
}

func parse(text []byte) (*tfprotov5.GetProviderSchemaResponse, error) {
	var file struct {
		Providers map[string]providerText `json:"provider_schemas"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	google, found := file.Providers[address]
	if !found {
		return nil, fmt.Errorf("no %s in the schema", address)
	}
	provider, err := google.Provider.schema()
	if err != nil {
		return nil, err
	}
	resources, err := schemas(google.Resources)
	if err != nil {
		return nil, err
	}
	dataSources, err := schemas(google.DataSources)
	if err != nil {
		return nil, err
	}
	return &tfprotov5.GetProviderSchemaResponse{
		Provider: provider, ResourceSchemas: resources, DataSourceSchemas: dataSources,
	}, nil
}

var errNoCloud = errors.New("this provider only knows the schema: use the real one to plan and apply")

// The embedded interface is nil: what is not answered below cannot be asked by validate or by a test with mocks.
type server struct {
	tfprotov5.ProviderServer
	schema *tfprotov5.GetProviderSchemaResponse
}

func (s *server) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	response := &tfprotov5.GetMetadataResponse{}
	for name := range s.schema.ResourceSchemas {
		response.Resources = append(response.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for name := range s.schema.DataSourceSchemas {
		response.DataSources = append(response.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	return response, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	return s.schema, nil
}

func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

func (s *server) PrepareProviderConfig(_ context.Context, request *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: request.Config}, nil
}

func (s *server) ConfigureProvider(context.Context, *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	return nil, errNoCloud
}

func (s *server) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

func (s *server) ValidateResourceTypeConfig(context.Context, *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	return &tfprotov5.ValidateResourceTypeConfigResponse{}, nil
}

func (s *server) ValidateDataSourceConfig(context.Context, *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{}, nil
}

func main() {
	schema, err := parse(schemaText)
	if err == nil {
		err = tf5server.Serve(address, func() tfprotov5.ProviderServer { return &server{schema: schema} })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
