import { testClient } from './client.testsuite.ts'

testClient('single')
